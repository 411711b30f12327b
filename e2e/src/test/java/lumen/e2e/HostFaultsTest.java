package lumen.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import lumen.client.StreamingClient;
import lumen.client.report.StreamReport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What users see when the host is killed, started twice, started wrongly or told to stop. */
@Timeout(120)
class HostFaultsTest {
    private static final Duration STOP_LIMIT = Duration.ofSeconds(5);
    private static final int CONFIG_ERROR = 2;
    private static final int FAILED = 1;

    @TempDir
    private Path work;

    /** What a command that ends by itself left behind: its exit code and its messages. */
    private record Ended(int code, List<String> lines) {
        String message() {
            return lines.stream().filter(l -> l.startsWith("lumen: ")).findFirst().orElse("no message in " + lines);
        }
    }

    @Test
    void shouldKnowItsClientsAfterAKill() throws Exception {
        try (HostProcess host = HostProcess.testcard(work);
                StreamingClient client = host.pairedClient("loyal")) {
            String id = client.serverInfo().uniqueId();
            CompletableFuture<StreamReport> stream = Streams.inBackground(client, Streams.plain(40));
            host.awaitFrames(10, stream);

            host.kill();
            host.start();

            assertTrue(stream.handle((report, failure) -> failure != null || !report.passed()).get(60, TimeUnit.SECONDS),
                    "the client did not notice that its host was killed");
            try (StreamingClient again = new StreamingClient(host.address(), host.keys("loyal"))) {
                assertEquals(id, again.serverInfo().uniqueId());
                Streams.passed(again, Streams.card(2));
                again.quit();
            }
        }
    }

    @Test
    void shouldSayWhichPortIsTakenAndWhichSettingMovesIt() throws Exception {
        int base = Product.freeBasePort();
        try (ServerSocket taken = new ServerSocket(base + 21)) {
            Ended ended = serve(work.resolve("a"), "network.base-port=" + base);

            assertEquals(FAILED, ended.code(), ended::toString);
            assertTrue(ended.message().contains(Integer.toString(taken.getLocalPort())), ended::message);
            assertTrue(ended.message().contains("network."), ended::message);
        }
    }

    @Test
    void shouldAnswerAConfigErrorWithOneLine() throws Exception {
        Path config = Files.writeString(work.resolve("wrong.conf"), "video {\n  fec-percentage = 999\n}\n");

        Ended ended = run("serve", "--config", config.toString());

        assertEquals(CONFIG_ERROR, ended.code(), ended::toString);
        assertEquals(1, ended.lines().size(), ended::toString);
        assertTrue(ended.message().contains("video.fec-percentage"), ended::message);
        assertTrue(ended.message().contains("999"), ended::message);
        assertTrue(ended.message().contains("wrong.conf"), ended::message);
    }

    @Test
    void shouldRefuseASecondHostOnOneStateFolder() throws Exception {
        try (HostProcess host = HostProcess.testcard(work)) {
            Ended ended = serve(host.state(), "network.base-port=" + Product.freeBasePort());

            assertEquals(FAILED, ended.code(), ended::toString);
            assertTrue(ended.message().contains(host.state().toString()), ended::message);
            assertTrue(host.process().isAlive());
            assertTrue(host.ask("clients").contains("no client is paired"), "the second host took the first one's socket");
        }
    }

    @Test
    void shouldTellItsClientWhenItIsToldToStop() throws Exception {
        try (HostProcess host = HostProcess.testcard(work);
                StreamingClient client = host.pairedClient("told")) {
            CompletableFuture<StreamReport> stream = Streams.inBackground(client, Streams.plain(30));
            host.awaitFrames(10, stream);

            Duration took = host.terminate();

            assertEquals(Streams.GRACEFUL, Streams.cycle(stream).termination());
            assertTrue(took.compareTo(STOP_LIMIT) < 0, took::toString);
            assertNotEquals(FAILED, host.process().exitValue());
        }
    }

    private Ended serve(Path state, String... settings) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("serve", "--config", "/dev/null", "--state", state.toString(), "--set",
                "runtime-directory=" + work.resolve("other-run"), "--set", "network.mdns=false",
                "--set", "display.source=testcard"));
        Arrays.stream(settings).forEach(s -> arguments.addAll(List.of("--set", s)));
        return run(arguments.toArray(String[]::new));
    }

    private Ended run(String... arguments) throws Exception {
        Path output = Files.createTempFile(work, "run", ".log");
        Process process = new ProcessBuilder(Product.command("lumen.host", arguments)).redirectErrorStream(true)
                .redirectOutput(output.toFile()).start();
        try {
            assertTrue(process.waitFor(30, TimeUnit.SECONDS), "still runs");
        } finally {
            process.destroyForcibly();
        }
        return new Ended(process.exitValue(), Files.readAllLines(output).stream()
                .filter(l -> !l.startsWith("WARNING: Using incubator")).toList());
    }
}
