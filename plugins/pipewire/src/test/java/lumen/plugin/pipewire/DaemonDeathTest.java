package lumen.plugin.pipewire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import lumen.pipewire.PipewireConnection;
import lumen.pipewire.PipewireException;
import lumen.pipewire.StreamState;
import lumen.posix.Fd;
import lumen.posix.UnixSocket;
import lumen.spi.BackendException;
import lumen.spi.BufferSlot;
import lumen.spi.CapturedFrame;
import lumen.spi.FrameSource;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A PipeWire and a WirePlumber of our own, reached through sockets as a portal's would be, and ended or stopped. */
@Tag("rig")
class DaemonDeathTest {
    private static final int W = 320;
    private static final int H = 200;

    @TempDir
    Path folder;

    private Process start(String... command) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(folder.resolve(command[0] + ".log").toFile());
        builder.environment().put("XDG_RUNTIME_DIR", folder.toString());
        builder.environment().put("PIPEWIRE_RUNTIME_DIR", folder.toString());
        return builder.start();
    }

    private int connect() {
        try (UnixSocket socket = UnixSocket.connect(folder.resolve("pipewire-0"))) {
            return Fd.duplicateOf(socket.fd()).value();
        }
    }

    private static void end(Process process) throws Exception {
        process.destroyForcibly();
        assertTrue(process.waitFor(10, TimeUnit.SECONDS));
    }

    @Test
    void theDaemonsEndEndsTheCaptureAtOnce() throws Exception {
        Process daemon = start("pipewire");
        Process policy = null;
        try {
            Eventually.holds("the daemon listens", () -> Files.exists(folder.resolve("pipewire-0")));
            policy = start("wireplumber");
            try (Producer source = Producer.remote(W, H, this::connect)) {
                FrameSource.PipeWireNode node = source.node();
                Capture capture = new Capture(new FrameSource.PipeWireNode(node.serial(), node.id(), Optional.of(this::connect)), W, H);
                try {
                    source.sendSoon(b -> source.paint(b, 1));
                    CapturedFrame frame = capture.next();
                    int signals = capture.signals.get();
                    long killed = System.nanoTime();
                    end(daemon);
                    Eventually.holds("it is told", () -> capture.signals.get() > signals);
                    long told = System.nanoTime() - killed;
                    assertTrue(assertThrows(BackendException.class, capture.capturer::poll).getMessage().contains("has gone"));
                    assertTrue(told < TimeUnit.SECONDS.toNanos(2), told / 1_000_000 + " ms");
                    frame.release();
                } finally {
                    capture.close();
                }
            }
        } finally {
            end(daemon);
            if (policy != null) {
                end(policy);
            }
        }
    }

    @Test
    void aSessionManagerThatIsStartedAgainLinksTheCaptureAgain() throws Exception {
        Process daemon = start("pipewire");
        Process policy = null;
        try {
            Eventually.holds("the daemon listens", () -> Files.exists(folder.resolve("pipewire-0")));
            policy = start("wireplumber");
            try (Producer source = Producer.remote(W, H, this::connect)) {
                FrameSource.PipeWireNode node = source.node();
                try (Capture capture = new Capture(new FrameSource.PipeWireNode(node.serial(), node.id(), Optional.of(this::connect)), W, H)) {
                    source.sendSoon(b -> source.paint(b, 1));
                    capture.next().release();
                    end(policy);
                    Eventually.holds("the link is gone", () -> source.state == StreamState.PAUSED);
                    assertNull(capture.capturer.poll());
                    policy = start("wireplumber");
                    source.sendSoon(b -> source.paint(b, 2));
                    CapturedFrame frame = capture.next();
                    assertEquals(2, ((BufferSlot.Memory) frame.slot()).pixels().get(ValueLayout.JAVA_INT, 0));
                    frame.release();
                    end(policy);
                    Eventually.holds("it gives up", () -> ended(capture));
                    assertTrue(assertThrows(BackendException.class, capture.capturer::poll).getMessage().contains("the link is stuck"));
                }
            }
        } finally {
            end(daemon);
            if (policy != null) {
                end(policy);
            }
        }
    }

    private static boolean ended(Capture capture) {
        try {
            capture.capturer.poll();
            return false;
        } catch (BackendException e) {
            return true;
        }
    }

    @Test
    void aDaemonThatDoesNotAnswerIsGivenUpInTime() throws Exception {
        Process daemon = start("pipewire");
        try {
            Eventually.holds("the daemon listens", () -> Files.exists(folder.resolve("pipewire-0")));
            new ProcessBuilder("kill", "-STOP", Long.toString(daemon.pid())).start().waitFor();
            long start = System.nanoTime();
            PipewireException e = assertThrows(PipewireException.class,
                    () -> PipewireConnection.open("lumen-test", connect(), Duration.ofMillis(300)).close());
            assertEquals("PipeWire has not answered within 300 ms", e.getMessage());
            assertTrue(System.nanoTime() - start < TimeUnit.SECONDS.toNanos(5));
        } finally {
            end(daemon);
        }
    }

    @Test
    void aSocketThatIsNoDaemonIsRefused() {
        UnixSocket[] pair = UnixSocket.pair();
        pair[1].close();
        int fd = Fd.duplicateOf(pair[0].fd()).value();
        pair[0].close();
        assertThrows(PipewireException.class, () -> PipewireConnection.open("lumen-test", fd, Duration.ofSeconds(2)).close());
    }
}
