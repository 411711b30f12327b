package lumen.host.cli;

import java.util.List;
import java.util.concurrent.Callable;
import lumen.host.admin.AdminRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code lumen sessions}: live figures of all streams as JSON. */
@Command(name = "sessions", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Print live figures of all streams as JSON.")
final class SessionsCommand implements Callable<Integer> {
    @Mixin
    private Bootstrap bootstrap;

    @Override
    public Integer call() {
        return RunningHostConnection.print(new RunningHostConnection(bootstrap).ask(new AdminRequest("sessions", List.of())));
    }
}
