package lumen.plugin.wlroots;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import lumen.rig.host.TestHost;
import lumen.spi.BackendException;
import lumen.spi.BufferSlot;
import lumen.spi.CapturedFrame;
import lumen.spi.Capturer;
import lumen.spi.DisplayMode;
import lumen.spi.DisplayRequest;
import lumen.spi.FrameSignal;
import lumen.spi.FrameSource;
import lumen.spi.ImportOffer;
import lumen.spi.InputSink;
import lumen.spi.PixelFormat;
import lumen.spi.VirtualDisplay;

/** A host's part in a rig test: displays, captures and input through the providers, and a look at what is left. */
final class RigScene implements FrameSignal, AutoCloseable {
    static final List<ImportOffer> MEMORY = Stream.of(PixelFormat.values())
            .map(f -> new ImportOffer(ImportOffer.Transport.MEMORY, f, 0)).toList();

    final TestHost host;
    /** Slots the importers were told to forget. */
    final Set<BufferSlot> gone = ConcurrentHashMap.newKeySet();
    private final Set<String> threadsBefore = threads();

    RigScene(Path folder) {
        host = new TestHost(folder);
    }

    void join(UserSway sway) {
        host.variables.put("LUMEN_DISPLAY_JOIN", "true");
        host.variables.put("WAYLAND_DISPLAY", sway.socket.toString());
        host.variables.put("SWAYSOCK", sway.ipc.toString());
    }

    VirtualDisplay display(int width, int height, DisplayRequest.Placement placement, String output) {
        return display("c0ffee", width, height, placement, output);
    }

    VirtualDisplay display(String client, int width, int height, DisplayRequest.Placement placement, String output) {
        return new SwayProvider().create(new DisplayRequest(DisplayMode.of(width, height, 60), "rig", client, placement,
                Optional.ofNullable(output), Optional.empty()), host);
    }

    VirtualDisplay display(int width, int height) {
        return display(width, height, DisplayRequest.Placement.EXTEND, null);
    }

    Capturer capture(VirtualDisplay display) {
        Capturer capturer = new OutputCapturerProvider().open(display.source(), display.mode(), this);
        capturer.offer(MEMORY);
        return capturer;
    }

    InputSink input(VirtualDisplay display) {
        return new WlrInputProvider().open(display.input().orElseThrow(), display.mode());
    }

    static FrameSource.WaylandOutput source(VirtualDisplay display) {
        return (FrameSource.WaylandOutput) display.source();
    }

    static TestWindow window(VirtualDisplay display) {
        return TestWindow.on(source(display).socket(), source(display).output());
    }

    @Override
    public void frameReady() {
        // The tests poll.
    }

    @Override
    public void slotGone(BufferSlot slot) {
        ((BufferSlot.Memory) slot).pixels().get(java.lang.foreign.ValueLayout.JAVA_BYTE, 0); // still mapped
        gone.add(slot);
    }

    static void eventually(BooleanSupplier condition, String what) {
        long deadline = System.nanoTime() + 10_000_000_000L;
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, what);
            LockSupport.parkNanos(1_000_000);
        }
    }

    /** Polls until the capture has ended, and answers why. */
    static String endOf(Capturer capturer) {
        long deadline = System.nanoTime() + 15_000_000_000L;
        while (System.nanoTime() < deadline) {
            try {
                CapturedFrame frame = capturer.poll();
                if (frame != null) {
                    frame.release();
                }
            } catch (BackendException e) {
                return e.getMessage();
            }
            LockSupport.parkNanos(1_000_000);
        }
        return fail("the capture goes on: " + capturer.state());
    }

    private static Set<String> threads() {
        return Set.copyOf(Thread.getAllStackTraces().keySet().stream().filter(Thread::isAlive).map(Thread::getName)
                .filter(name -> name.startsWith("lumen-") && !name.equals("lumen-spawn")).toList());
    }

    static long descriptors() {
        try (Stream<Path> fds = Files.list(Path.of("/proc/self/fd"))) {
            return fds.count();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** Nothing is in the journal and no thread is left. */
    @Override
    public void close() {
        assertEquals(List.of(), host.changes);
        assertTrue(host.journalled.isEmpty(), host.journalled.toString());
        eventually(() -> threadsBefore.containsAll(threads()), "threads left: " + threads());
    }
}
