package lumen.client.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class ClientCommandTest {
    @TempDir
    Path keys;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... args) {
        CommandLine line = ClientCommand.commandLine();
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        return line.execute(args);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--size 12", "--size 8x720", "--fps 0", "--loss 2", "--cycles 0", "--max-skipped 2",
        "--encryption some", "--seconds 0", "--packet-size 10", "--bitrate 1"})
    void shouldRefuseWrongOptionsInOneLine(String options) {
        String[] words = ("stream 127.0.0.1 " + options).split(" ");
        assertEquals(CommandLine.ExitCode.USAGE, run(words));
        assertTrue(err.toString().lines().findFirst().orElseThrow().length() > 10, err.toString());
    }

    @Test
    void shouldRefuseAWrongHost() {
        assertEquals(CommandLine.ExitCode.USAGE, run("list", "host:port"));
    }

    @Test
    void shouldSayWhichStageFailed() throws Exception {
        int closed;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            closed = socket.getLocalPort();
        }
        assertEquals(ClientCommand.FAILED_STAGE, run("list", "127.0.0.1:" + closed, "--keys", keys.toString()));
        assertTrue(err.toString().startsWith("lumen client: server-info: 127.0.0.1:" + closed), err.toString());
        assertTrue(Files.exists(keys.resolve("client-key.pem")), "the folder of --keys is used");
    }

    @Test
    void shouldExplainItself() {
        assertEquals(0, run("stream", "--help"));
        for (String option : new String[] {"--app", "--size", "--fps", "--bitrate", "--seconds", "--encryption",
            "--packet-size", "--slices", "--cycles", "--input", "--verify", "--expect-min-frames", "--loss", "--loss-seed",
            "--json", "--dump-picture", "--dump-video", "--dump-audio", "--quiet", "--keys"}) {
            assertTrue(out.toString().contains(option), option);
        }
    }
}
