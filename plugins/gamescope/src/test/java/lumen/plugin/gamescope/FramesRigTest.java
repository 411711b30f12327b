package lumen.plugin.gamescope;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import lumen.card.CardCheck;
import lumen.card.CardReader;
import lumen.card.CardState;
import lumen.card.Picture;
import lumen.plugin.ei.EiInputProvider;
import lumen.plugin.pipewire.PipewireCapturerProvider;
import lumen.posix.Mapping;
import lumen.posix.Program;
import lumen.rig.host.TestHost;
import lumen.spi.BackendException;
import lumen.spi.BufferSlot;
import lumen.spi.CapturedFrame;
import lumen.spi.Capturer;
import lumen.spi.DisplayMode;
import lumen.spi.ImportOffer;
import lumen.spi.InputSink;
import lumen.spi.PixelFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Frames of a real gamescope with the test card inside, through the real capturer. */
@Tag("rig")
class FramesRigTest {
    /** Everything is painted by the CPU, next to whatever else runs on the machine. */
    private static final long LIMIT_NANOS = Duration.ofSeconds(40).toNanos();
    private static final int BTN_LEFT = 0x110;
    private static final int KEY_A = 30;
    private static final int CONSUMER_CHANGES = 3;
    private static final List<ImportOffer> MEMORY = List.of(new ImportOffer(ImportOffer.Transport.MEMORY, PixelFormat.XRGB8888, 0));
    private static final List<ImportOffer> DMABUF = List.of(
            new ImportOffer(ImportOffer.Transport.DMABUF, PixelFormat.XRGB8888, ImportOffer.LINEAR));

    @TempDir
    Path temporary;
    private Path runtime;
    private TestHost host;

    @BeforeEach
    void enter() throws IOException {
        runtime = Files.createTempDirectory(Path.of(System.getenv("XDG_RUNTIME_DIR")), "f");
        host = GamescopeHost.in(runtime);
        host.variables.put("PATH", GamescopeRigTest.wrapper(temporary).getParent() + ":" + System.getenv("PATH"));
        host.variables.put(GamescopeProvider.ARGUMENTS, "--expose-wayland");
    }

    @AfterEach
    void leave() throws IOException {
        Files.delete(runtime); // fails if anything is left in it
    }

    /** gamescope tells windows of the Wayland kind no size. */
    private StartedGamescope start(int width, int height, String... options) {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "--add-modules", "jdk.incubator.vector", "-cp",
                System.getProperty("java.class.path"), "lumen.rig.window.Main", "--size", width + "x" + height));
        command.addAll(List.of(options));
        return (StartedGamescope) new GamescopeProvider().create(
                GamescopeTest.request(DisplayMode.of(width, height, 60), command.toArray(String[]::new)), host);
    }

    private static Capturer open(StartedGamescope display, AtomicInteger signals) {
        return new PipewireCapturerProvider().open(display.source(), display.mode(), signals::incrementAndGet);
    }

    /** Waits for a frame with a card that passes; other frames are let go. */
    private static CardCheck card(Capturer capturer, StartedGamescope display, Predicate<CardCheck> wanted) {
        DisplayMode mode = display.mode();
        long deadline = System.nanoTime() + LIMIT_NANOS;
        String last = "none";
        try (CardReader reader = new CardReader(mode.width(), mode.height())) {
            while (System.nanoTime() < deadline) {
                CapturedFrame frame = capturer.poll();
                if (frame == null) {
                    LockSupport.parkNanos(500_000);
                    continue;
                }
                CardCheck check;
                try {
                    check = check(frame.slot(), reader, mode);
                } finally {
                    frame.release();
                }
                last = String.valueOf(check);
                if (check != null && check.corners() && wanted.test(check)) {
                    return check;
                }
            }
        }
        return fail("last card " + last + "; " + capturer.state() + " " + capturer.counters() + "\n"
                + String.join("\n", display.lastWords()));
    }

    private static CardCheck check(BufferSlot slot, CardReader reader, DisplayMode mode) {
        assertEquals(mode.width(), slot.width());
        assertEquals(mode.height(), slot.height());
        return switch (slot) {
            case BufferSlot.Memory memory -> reader.check(new Picture.Bgrx(memory.pixels(), memory.stride(), slot.width(),
                    slot.height())).orElse(null);
            case BufferSlot.Dmabuf dmabuf -> {
                assertEquals(ImportOffer.LINEAR, dmabuf.modifier());
                int stride = dmabuf.stride(0);
                try (Mapping mapping = Mapping.of(dmabuf.fd(0), dmabuf.offset(0) + (long) stride * slot.height(), false)) {
                    yield reader.check(new Picture.Bgrx(mapping.segment().asSlice(dmabuf.offset(0)), stride, slot.width(),
                            slot.height())).orElse(null);
                }
            }
        };
    }

    @Test
    void theCardIsExactInMemoryAtAnOddSize() {
        long before = System.nanoTime();
        try (StartedGamescope display = start(1367, 771); Capturer capturer = open(display, new AtomicInteger())) {
            capturer.offer(MEMORY);
            CardCheck first = card(capturer, display, c -> c.psnr() == 99);
            System.out.printf("FIGURE\tgamescope started to first exact card (JVM inside included)\t%d ms%n",
                    (System.nanoTime() - before) / 1_000_000);
            assertEquals(0, first.colorError());
            card(capturer, display, c -> c.psnr() == 99 && c.state().counter() > first.state().counter() + 5);
            assertTrue(capturer.state().contains("MemFd"), capturer.state());
        }
    }

    @Test
    void theCardIsExactInLinearDmabufs() {
        try (StartedGamescope display = start(1280, 720); Capturer capturer = open(display, new AtomicInteger())) {
            capturer.offer(DMABUF);
            CardCheck first = card(capturer, display, c -> c.psnr() == 99);
            card(capturer, display, c -> c.psnr() == 99 && c.state().counter() > first.state().counter() + 5);
            assertTrue(capturer.state().contains("DmaBuf"), capturer.state());
        }
    }

    /** With a consumer that pauses, gamescope has lost all its buffers after six pauses. */
    @Test
    void oneConsumerOutlivesTwelveStreams() throws IOException {
        AtomicInteger signals = new AtomicInteger();
        try (StartedGamescope display = start(1280, 720); Capturer capturer = open(display, signals)) {
            capturer.offer(MEMORY);
            int shown = card(capturer, display, c -> c.psnr() == 99).state().counter();
            int consumers = consumers();
            for (int stream = 0; stream < 12; stream++) {
                assertTrue(capturer.keepable());
                capturer.active(false);
                int silent = signals.get();
                int overtaken = capturer.counters().getOrDefault("overtaken", 0L).intValue();
                // The program goes on painting, and its frames are taken and given back.
                await(() -> capturer.counters().getOrDefault("overtaken", 0L).intValue() > overtaken + 3, capturer);
                assertEquals(silent, signals.get(), "an inactive capturer keeps still");
                capturer.active(true);
                assertTrue(signals.get() > silent, "the newest frame is there at once");
                capturer.offer(MEMORY);
                int before = shown;
                shown = card(capturer, display, c -> c.psnr() == 99).state().counter();
                assertTrue(shown > before + 3, "what was left over is stale: " + shown + " after " + before);
            }
            assertEquals(1L, capturer.counters().get("formats"), "nothing was negotiated again");
            assertEquals(consumers, consumers());
            assertTrue(display.alive());
            assertTrue(display.lastWords().stream().noneMatch(l -> l.contains("out of buffers")), () -> display.lastWords().toString());
        }
    }

    private static int consumers() {
        return Program.find("pw-dump", System.getenv("PATH")).orElseThrow().ask(Duration.ofSeconds(5)).orElseThrow()
                .split("\"node.name\": \"lumen-capture\"", -1).length - 1;
    }

    private static void await(java.util.function.BooleanSupplier condition, Capturer capturer) {
        long deadline = System.nanoTime() + LIMIT_NANOS;
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, () -> capturer.state() + " " + capturer.counters());
            LockSupport.parkNanos(1_000_000);
        }
    }

    @Test
    void inputReachesTheProgramWhereItWasAimed() {
        try (StartedGamescope display = start(1367, 771); Capturer capturer = open(display, new AtomicInteger())) {
            capturer.offer(MEMORY);
            card(capturer, display, c -> c.psnr() == 99);
            InputSink input = new EiInputProvider().open(display.input().orElseThrow(), display.mode());
            try {
                input.pointerTo(1000, 600, 1367, 771);
                input.flush();
                card(capturer, display, c -> c.state().pointerX() == 1000 && c.state().pointerY() == 600);
                input.pointerMove(-100, 50);
                input.button(BTN_LEFT, true);
                input.key(KEY_A, true);
                input.flush();
                CardState state = card(capturer, display, c -> c.state().lastKey() == KEY_A && c.state().buttons() == 1).state();
                assertEquals(900, state.pointerX());
                assertEquals(650, state.pointerY());
                input.button(BTN_LEFT, false);
                input.key(KEY_A, false);
                input.flush();
                card(capturer, display, c -> c.state().buttons() == 0);
            } finally {
                input.close();
            }
        }
    }

    @Test
    void aStillProgramIsShownToEveryStream() {
        try (StartedGamescope display = start(1280, 720, "--still"); Capturer capturer = open(display, new AtomicInteger())) {
            capturer.offer(MEMORY);
            CardCheck first = card(capturer, display, c -> c.psnr() == 99);
            for (int stream = 0; stream < 3; stream++) {
                capturer.active(false);
                capturer.active(true);
                capturer.offer(MEMORY);
                CardCheck again = card(capturer, display, c -> c.psnr() == 99);
                assertTrue(again.state().counter() >= first.state().counter());
            }
        }
    }

    @Test
    void theCaptureEndsWithAKilledGamescope() {
        try (StartedGamescope display = start(1280, 720); Capturer capturer = open(display, new AtomicInteger())) {
            capturer.offer(MEMORY);
            card(capturer, display, c -> true);
            ProcessHandle.of(display.pid()).orElseThrow().destroyForcibly();
            BackendException end = assertThrows(BackendException.class, () -> card(capturer, display, c -> false));
            System.out.println(end.getMessage());
            await(() -> !display.alive(), capturer);
        }
    }

    @Test
    void aStoppedGamescopeGoesOnWhenItMay() throws Exception {
        try (StartedGamescope display = start(1280, 720); Capturer capturer = open(display, new AtomicInteger())) {
            capturer.offer(MEMORY);
            card(capturer, display, c -> c.psnr() == 99);
            signal("-STOP", display.pid());
            long quiet = System.nanoTime() + Duration.ofSeconds(1).toNanos();
            while (System.nanoTime() < quiet) {
                CapturedFrame frame = capturer.poll(); // what was under way; never hangs
                if (frame != null) {
                    frame.release();
                }
                LockSupport.parkNanos(1_000_000);
            }
            assertTrue(display.alive());
            signal("-CONT", display.pid());
            card(capturer, display, c -> c.psnr() == 99);
        }
    }

    private static void signal(String name, long pid) throws Exception {
        assertEquals(0, new ProcessBuilder("kill", name, Long.toString(pid)).start().waitFor());
    }

    @Test
    void consumersMayComeAndGoOrGamescopeMayEndButNothingHangs() {
        try (StartedGamescope display = start(1280, 720)) {
            for (int i = 0; i < CONSUMER_CHANGES && display.alive(); i++) {
                try (Capturer capturer = open(display, new AtomicInteger())) {
                    capturer.offer(MEMORY);
                    assertInstanceOf(CardCheck.class, card(capturer, display, c -> true));
                } catch (BackendException e) {
                    assertTrue(!display.alive(), e.getMessage()); // the abort that keeping one consumer avoids
                }
            }
        }
    }
}
