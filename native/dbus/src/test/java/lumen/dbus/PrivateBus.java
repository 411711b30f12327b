package lumen.dbus;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;

/** A bus of a test's own: the real dbus-daemon. */
final class PrivateBus implements AutoCloseable {
    final Process process;
    final Map<String, String> environment;

    private PrivateBus(Process process, String address) {
        this.process = process;
        environment = Map.of("DBUS_SESSION_BUS_ADDRESS", address);
    }

    static PrivateBus start(String... options) {
        List<String> command = new java.util.ArrayList<>(List.of("dbus-daemon", "--session", "--nofork", "--print-address=1"));
        command.addAll(List.of(options));
        try {
            Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
            String address = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)).readLine();
            return new PrivateBus(process, address);
        } catch (IOException e) {
            Assumptions.abort("dbus-daemon is not installed: " + e.getMessage());
            throw new AssertionError(e);
        }
    }

    DBusConnection connect() {
        return DBusConnection.session(environment);
    }

    @Override
    public void close() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }
}
