package lumen.plugin.gamescope;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import lumen.posix.Fd;
import lumen.posix.Program;
import lumen.rig.host.TestHost;
import lumen.spi.BackendException;
import lumen.spi.DisplayMode;
import lumen.spi.DisplayRequest;
import lumen.spi.FrameSource;
import lumen.spi.InputRoute;
import lumen.spi.Probe;
import lumen.spi.VirtualDisplay;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The life of a real gamescope. */
@Tag("rig")
class GamescopeRigTest {
    private static final long LIMIT_NANOS = Duration.ofSeconds(10).toNanos();

    @TempDir
    Path temporary;
    private Path runtime;
    private TestHost host;
    private List<String> descriptorsBefore;

    @BeforeEach
    void enter() throws IOException {
        runtime = Files.createTempDirectory(Path.of(System.getenv("XDG_RUNTIME_DIR")), "l");
        host = GamescopeHost.in(runtime);
        host.variables.put("PATH", wrapper(temporary).getParent() + ":" + System.getenv("PATH"));
        new GamescopeProvider().probe(host); // so that what is opened once and for all is open
        descriptorsBefore = descriptors();
    }

    /** Where the machine has no {@code /dev/udmabuf}, gamescope alone gets the shim. */
    static Path wrapper(Path folder) throws IOException {
        String shim = System.getenv("LUMEN_RIG_UDMABUF_SHIM");
        Path real = Program.find("gamescope", System.getenv("PATH") + ":/usr/games").orElseThrow().path();
        Path file = Files.writeString(folder.resolve("gamescope"), "#!/bin/sh\nVK_DRIVER_FILES=/usr/share/vulkan/icd.d/lvp_icd.json "
                + (shim == null ? "" : "LD_PRELOAD=" + shim + " ") + "exec " + real + " \"$@\"\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        return file;
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        assertTrue(host.journalled.isEmpty(), () -> "in the journal: " + host.journalled);
        assertTrue(host.changes.isEmpty(), () -> "in the journal: " + host.changes);
        try (Stream<Path> files = Files.list(runtime)) {
            assertEquals(List.of(), files.toList());
        }
        Files.delete(runtime);
        assertTrue(within(() -> processes().isEmpty()), () -> "left running: " + processes());
        assertTrue(within(() -> descriptors().size() <= descriptorsBefore.size()),
                () -> "before " + descriptorsBefore + ", after " + descriptors());
        try (Stream<Path> files = Files.list(Path.of("/tmp"))) {
            assertEquals(List.of(), files.filter(f -> f.getFileName().toString().matches("\\.X\\d+-lock")).toList());
        }
    }

    private static List<String> descriptors() {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.map(GamescopeRigTest::target).filter(t -> !t.isEmpty()).sorted().toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException e) {
            return ""; // the one this very listing was read from
        }
    }

    /** Whatever belongs to a gamescope of these tests. */
    private static List<String> processes() {
        return ProcessHandle.allProcesses().filter(ProcessHandle::isAlive).map(p -> p.info().commandLine().orElse(""))
                .filter(line -> line.matches("(?:\\S*/)?(gamescope|gamescopereaper|Xwayland|sleep 7777).*")).toList();
    }

    private static boolean within(BooleanSupplier condition) {
        long deadline = System.nanoTime() + LIMIT_NANOS;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            LockSupport.parkNanos(2_000_000);
        }
        return true;
    }

    private StartedGamescope start(String... command) {
        return start(DisplayMode.of(1280, 720, 60), command);
    }

    private StartedGamescope start(DisplayMode mode, String... command) {
        return assertInstanceOf(StartedGamescope.class, new GamescopeProvider().create(GamescopeTest.request(mode, command), host));
    }

    @Test
    void theProbeTellsTheVersionAndWhatTheMachineHas() {
        Probe.Available probe = assertInstanceOf(Probe.Available.class, new GamescopeProvider().probe(host));
        assertTrue(probe.evidence().stream().anyMatch(e -> e.name().equals("gamescope") && e.value().matches(".* \\d+\\.\\d+\\.\\d+.*")),
                () -> probe.evidence().toString());
        assertTrue(probe.evidence().stream().anyMatch(e -> e.name().equals("pipewire") && e.value().matches("\\d+\\.\\d+\\.\\d+")),
                () -> probe.evidence().toString());
        System.out.println("FIGURE\tprobe\t" + probe);
    }

    @Test
    void theProgramInsideFindsItsDisplayAndItsEnvironment() throws IOException {
        Path said = runtime.resolve("said");
        long before = System.nanoTime();
        try (StartedGamescope display = start("sh", "-c", "env > " + said + ".new; mv " + said + ".new " + said + "; exec sleep 7777")) {
            System.out.printf("FIGURE\tgamescope ready after\t%d ms%n", (System.nanoTime() - before) / 1_000_000);
            assertEquals(DisplayMode.of(1280, 720, 60), display.mode());
            assertTrue(display.runsApp());
            assertTrue(display.alive());
            assertFalse(display.replaceable());
            assertEquals(1, host.journalled.size());
            FrameSource.PipeWireNode node = assertInstanceOf(FrameSource.PipeWireNode.class, display.source());
            assertTrue(node.id() > 0);
            assertTrue(within(() -> Files.exists(said)));
            List<String> environment = Files.readAllLines(said);
            assertTrue(environment.contains("LUMEN_TEST_INSIDE=yes"));
            assertTrue(environment.contains("PIPEWIRE_RUNTIME_DIR=" + System.getenv("XDG_RUNTIME_DIR")));
            for (String name : List.of("DISPLAY", "GAMESCOPE_WAYLAND_DISPLAY", "XDG_RUNTIME_DIR")) {
                assertTrue(environment.contains(name + "=" + display.environment().get(name)), () -> name + " in " + environment);
            }
            InputRoute.Ei input = assertInstanceOf(InputRoute.Ei.class, display.input().orElseThrow());
            assertEquals(new InputRoute.Region(Optional.empty(), 0, 0, 1280, 720), input.region());
            Fd.own(input.connect()).close();
        } finally {
            Files.deleteIfExists(said);
        }
    }

    @Test
    void itsNodeIsItsOwnAndHasItsSizeOddOrNot() {
        for (DisplayMode mode : List.of(DisplayMode.of(1280, 720, 60), DisplayMode.of(1367, 771, 120))) {
            try (StartedGamescope display = start(mode, "sleep", "7777")) {
                int node = assertInstanceOf(FrameSource.PipeWireNode.class, display.source()).id();
                assertEquals(OptionalInt.of(node), NodeSearch.videoSourceOf(display.pid(), System.getenv()));
                String formats = Program.find("pw-cli", System.getenv("PATH")).orElseThrow()
                        .ask(Duration.ofSeconds(2), "enum-params", Integer.toString(node), "EnumFormat").orElseThrow();
                assertTrue(formats.contains("Rectangle " + mode.width() + "x" + mode.height() + "\n"), formats);
            }
        }
    }

    @Test
    void oneThatDoesNotTellItsNodeIsLookedUp() throws IOException {
        Path file = temporary.resolve("gamescope");
        Files.writeString(file, Files.readString(file).replace("\"$@\"", "\"$@\" 2>/dev/null"));
        try (StartedGamescope display = start("sleep", "7777")) {
            int node = assertInstanceOf(FrameSource.PipeWireNode.class, display.source()).id();
            assertEquals(OptionalInt.of(node), NodeSearch.videoSourceOf(display.pid(), System.getenv()));
            assertTrue(node > 0);
        }
    }

    @Test
    void anotherModeIsRefusedNamingTheOneThatStays() {
        try (StartedGamescope display = start(DisplayMode.of(1367, 771, 60), "sleep", "7777")) {
            assertTrue(display.tryResize(DisplayMode.of(1367, 771, 60)));
            BackendException refusal = assertThrows(BackendException.class, () -> display.tryResize(DisplayMode.of(800, 600, 60)));
            assertTrue(refusal.getMessage().contains("stays at 1367x771@60"), refusal.getMessage());
            assertTrue(display.alive());
        }
    }

    @Test
    void twoRunSideBySide() {
        try (StartedGamescope one = start("sleep", "7777"); StartedGamescope two = start("sleep", "7777")) {
            assertFalse(one.environment().get("DISPLAY").equals(two.environment().get("DISPLAY")));
            assertFalse(one.source().equals(two.source()));
        }
    }

    @Test
    void itEndsWithTheProgramInsideAndIsNotReplacedThen() throws IOException {
        Path fifo = temporary.resolve("go");
        try (StartedGamescope display = start("sh", "-c", "until [ -e " + fifo + " ]; do sleep 0.02; done; echo the last word; exit 3")) {
            Files.createFile(fifo);
            assertTrue(within(() -> !display.alive()));
            assertFalse(display.replaceable());
            assertTrue(within(() -> display.lastWords().stream().anyMatch(l -> l.equals("the last word"))),
                    () -> display.lastWords().toString());
        }
    }

    @Test
    void aKilledOneIsNoticedAtOnceAndTakesItsProgramAlong() {
        try (StartedGamescope display = start("sleep", "7777")) {
            ProcessHandle.of(display.pid()).orElseThrow().destroyForcibly();
            long before = System.nanoTime();
            assertTrue(within(() -> !display.alive()));
            assertTrue(System.nanoTime() - before < Duration.ofSeconds(1).toNanos());
            assertFalse(display.replaceable(), "one that fails at once would fail again");
        }
    }

    @Test
    void oneThatHasLivedAndIsKilledMayBeReplaced() {
        try (StartedGamescope display = start("sleep", "7777")) {
            long lived = System.nanoTime() + Duration.ofSeconds(5).toNanos() + 200_000_000;
            assertTrue(within(() -> System.nanoTime() > lived));
            ProcessHandle.of(display.pid()).orElseThrow().destroyForcibly();
            assertTrue(within(() -> !display.alive()));
            assertTrue(within(display::replaceable));
        }
    }

    @Test
    void aStoppedOneIsClosedAllTheSame() throws IOException, InterruptedException {
        StartedGamescope display = start("sleep", "7777");
        assertEquals(0, new ProcessBuilder("kill", "-STOP", Long.toString(display.pid())).start().waitFor());
        long before = System.nanoTime();
        InputRoute.Ei input = assertInstanceOf(InputRoute.Ei.class, display.input().orElseThrow());
        Fd.own(input.connect()).close(); // the kernel accepts for it; nobody hangs
        display.close();
        assertTrue(System.nanoTime() - before < Duration.ofSeconds(6).toNanos());
        assertFalse(display.alive());
        assertThrows(BackendException.class, input::connect);
    }

    /** A host of its own process; its note of what it may leave behind goes to its output. */
    static final class KilledHost {
        private KilledHost() {
        }

        public static void main(String[] arguments) {
            TestHost host = GamescopeHost.in(Path.of(arguments[0]));
            host.variables.put("PATH", arguments[1]);
            Path inside = Path.of(arguments[2]);
            StartedGamescope display = (StartedGamescope) new GamescopeProvider().create(
                    GamescopeTest.request("sh", "-c", "touch " + inside + "; exec sleep 7777"), host);
            if (!within(() -> Files.exists(inside))) {
                throw new AssertionError("the program inside has not been started");
            }
            host.changes.forEach(note -> note.forEach((key, value) -> System.out.println(key + "=" + value)));
            System.out.println("ready " + display.pid());
            LockSupport.park();
        }
    }

    @Test
    void aKilledHostTakesItAlongAndTheNextOneRemovesItsFiles() throws IOException {
        Process killed = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"), KilledHost.class.getName(),
                runtime.toString(), host.variable("PATH").orElseThrow(), temporary.resolve("inside").toString()).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        Map<String, String> note = new HashMap<>();
        try (BufferedReader said = killed.inputReader()) {
            for (String line = said.readLine(); !line.startsWith("ready "); line = said.readLine()) {
                note.put(line.substring(0, line.indexOf('=')), line.substring(line.indexOf('=') + 1));
            }
            killed.destroyForcibly();
            assertTrue(within(() -> !killed.isAlive()));
        }
        assertTrue(within(() -> processes().isEmpty()), () -> "left running: " + processes());
        Path folder = runtime.resolve(note.get("folder"));
        assertTrue(Files.isDirectory(folder));
        ProcessBuilder straggler = new ProcessBuilder("sleep", "7777");
        straggler.environment().put("XDG_RUNTIME_DIR", folder.toString());
        Process left = straggler.start();
        new GamescopeProvider().undo(note, host);
        assertTrue(within(() -> !left.isAlive()), "killed, if not yet buried");
        assertFalse(Files.exists(folder));
    }

    @Test
    void withoutPipeWireItIsATypedFailureAndNotABlackPicture() {
        BackendException failure = assertThrows(BackendException.class,
                () -> startWith(Map.of("PIPEWIRE_RUNTIME_DIR", temporary.toString())));
        assertTrue(failure.getMessage().contains("can't reach PipeWire"), failure.getMessage());
    }

    @Test
    void oneThatLosesPipeWireHasGone() throws IOException {
        // In a folder of its own: the session's daemon is left alone.
        ProcessBuilder builder = new ProcessBuilder("pipewire").redirectErrorStream(true)
                .redirectOutput(temporary.resolve("log").toFile());
        builder.environment().put("PIPEWIRE_RUNTIME_DIR", temporary.toString());
        Process own = builder.start();
        try {
            assertTrue(within(() -> Files.exists(temporary.resolve("pipewire-0"))));
            try (StartedGamescope display = startWith(Map.of("PIPEWIRE_RUNTIME_DIR", temporary.toString()))) {
                assertTrue(display.alive());
                own.destroyForcibly();
                assertTrue(within(() -> !display.alive()));
                assertFalse(display.replaceable(), "the program in it still runs");
            }
        } finally {
            own.destroyForcibly();
        }
    }

    private StartedGamescope startWith(Map<String, String> environment) {
        DisplayRequest request = GamescopeTest.request("sleep", "7777");
        return (StartedGamescope) new GamescopeProvider().create(new DisplayRequest(request.mode(), request.session(),
                request.client(), request.placement(), request.output(),
                Optional.of(new DisplayRequest.App(List.of("sleep", "7777"), environment))), host);
    }

    @Test
    void whatItDiesOfIsQuoted() throws IOException {
        host.variables.put(GamescopeProvider.ARGUMENTS, "--no-such-option");
        BackendException failure = assertThrows(BackendException.class, () -> start("sleep", "7777"));
        System.out.println(failure.getMessage());
        assertTrue(failure.getMessage().contains("gamescope ended at once"), failure.getMessage());
    }

    @Test
    void aRunningOneIsAttachedToAndLeftAlone() {
        host.variables.put(GamescopeProvider.ARGUMENTS, "--expose-wayland");
        try (StartedGamescope users = start(DisplayMode.of(1001, 701, 75), "sleep", "7777")) {
            TestHost outside = GamescopeHost.in(runtime);
            outside.variables.put("XDG_RUNTIME_DIR", users.environment().get("XDG_RUNTIME_DIR"));
            FrameSource.PipeWireNode node = assertInstanceOf(FrameSource.PipeWireNode.class, users.source());
            outside.variables.put(GamescopeProvider.NODE, Integer.toString(node.id()));
            DisplayRequest bareDesktop = DisplayRequest.of(DisplayMode.of(640, 480, 60), "s2");
            VirtualDisplay display = new GamescopeProvider().create(bareDesktop, outside);
            assertEquals(DisplayMode.of(1001, 701, 75), display.mode());
            assertEquals(users.source(), display.source());
            assertFalse(display.runsApp());
            Fd.own(assertInstanceOf(InputRoute.Ei.class, display.input().orElseThrow()).connect()).close();
            assertThrows(BackendException.class, () -> display.tryResize(DisplayMode.of(640, 480, 60)));
            display.close();
            assertTrue(users.alive());
            try (VirtualDisplay again = new GamescopeProvider().create(bareDesktop, outside)) {
                assertTrue(again.alive());
                ProcessHandle.of(users.pid()).orElseThrow().destroyForcibly();
                assertTrue(within(() -> !again.alive()));
            }
        }
    }
}
