package lumen.plugin.gamescope;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Stream;
import lumen.posix.Program;
import lumen.rig.host.TestHost;
import lumen.spi.BackendException;
import lumen.spi.DisplayMode;
import lumen.spi.DisplayRequest;
import lumen.spi.Probe;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What needs no gamescope. */
class GamescopeTest {
    private static final String COLOURED = "[gamescope] [\u001b[0;34mInfo\u001b[0m]  \u001b[0;37m";
    private static final PipeWireVersion PIPEWIRE_1_4 = new PipeWireVersion(1, 4, 2);
    private static final PipeWireVersion PIPEWIRE_1_6 = new PipeWireVersion(1, 6, 0);

    @TempDir
    Path folder;

    @Test
    void versionsAreReadInTheFormsThatDistributionsGiveThem() {
        assertEquals(Optional.of(new GamescopeVersion(3, 16, 24, 0)),
                GamescopeVersion.parse(COLOURED + "console:\u001b[0m gamescope version 3.16.24+ds-2 (gcc 15.3.0)"));
        assertEquals(Optional.of(new GamescopeVersion(3, 16, 23, 5)), GamescopeVersion.parse("gamescope version 3.16.23.5 (gcc 14)"));
        assertEquals(Optional.of(new GamescopeVersion(3, 14, 0, 0)), GamescopeVersion.parse("gamescope version v3.14"));
        assertEquals(Optional.empty(), GamescopeVersion.parse("gamescope: unrecognized option '--version'"));
        assertTrue(new GamescopeVersion(3, 16, 20, 0).before(new GamescopeVersion(3, 16, 20, 1)));
    }

    @Property
    void noAnswerBreaksTheParsers(@ForAll String text, @ForAll String more) {
        GamescopeVersion.parse(text + "gamescope version " + more);
        node(text + "stream available on node ID: " + more);
        GamescopeLog.reason(text);
        PipeWireVersion.parse(text + "Linked with libpipewire " + more);
        Readiness.words(text);
    }

    @Property
    void everyNodeIdIsFoundInItsLine(@ForAll @IntRange(min = 0) int id) {
        assertEquals(OptionalInt.of(id), node("x\n" + COLOURED + "pipewire:\u001b[0m stream available on node ID: " + id + "\ny"));
    }

    private static OptionalInt node(String text) {
        GamescopeLog log = new GamescopeLog();
        text.lines().forEach(log::line);
        return log.node();
    }

    @Test
    void aNodeIdIsTakenFromGamescopeNotFromTheProgramInside() {
        assertEquals(OptionalInt.of(43), node("stream available on node ID: 43\nstream available on node ID: 44\n"));
        assertEquals(OptionalInt.empty(), node("stream available on node ID: 99999999999\n"));
        assertEquals(OptionalInt.empty(), node("stream available on node ID: 4294967295\n"));
    }

    @Test
    void theEndOfItsPipeWireThreadIsNotedAndNotTheProgramsTalk() {
        GamescopeLog log = new GamescopeLog();
        log.line("game: [gamescope] [Info]  pipewire: exiting");
        log.line(COLOURED + "pipewire:\u001b[0m stream state changed: paused");
        assertFalse(log.captureEnded());
        log.line(COLOURED + "pipewire:\u001b[0m exiting");
        assertTrue(log.captureEnded());
    }

    @Test
    void aNodeIsFoundByItsOwnersConnectionNotByItsName() {
        String dump = """
                [ { "id": 39, "type": "PipeWire:Interface:Client", "info": { "props": { "pipewire.sec.pid": 47 } } },
                  { "id": 40, "type": "PipeWire:Interface:Client", "info": { "props": { "pipewire.sec.pid": 48 } } },
                  { "id": 41, "type": "PipeWire:Interface:Node", "info": { "props": { "client.id": 40,
                    "media.class": "Video/Source", "node.name": "gamescope" } } },
                  { "id": 42, "type": "PipeWire:Interface:Node", "info": { "props": { "client.id": 39,
                    "media.class": "Stream/Output/Audio", "node.name": "gamescope" } } },
                  { "id": 43, "type": "PipeWire:Interface:Node", "info": { "props": { "client.id": 39,
                    "media.class": "Video/Source", "node.name": "renamed" } } } ]""";
        assertEquals(OptionalInt.of(43), NodeSearch.videoSourceOf(47, dump));
        assertEquals(OptionalInt.of(41), NodeSearch.videoSourceOf(48, dump));
        assertEquals(OptionalInt.empty(), NodeSearch.videoSourceOf(49, dump));
        for (int end = 0; end < dump.length(); end++) {
            NodeSearch.videoSourceOf(47, dump.substring(0, end));
        }
    }

    @Test
    void theRenderNodeIsTheOneThatIsOpen() throws IOException {
        long self = ProcessHandle.current().pid();
        try (InputStream open = new FileInputStream("/dev/full")) {
            assertEquals(OptionalLong.of(1 << 8 | 7), RenderNode.of(self, "/dev/full"));
        }
        assertEquals(OptionalLong.empty(), RenderNode.of(self, "/dev/full"));
        assertEquals(OptionalLong.empty(), RenderNode.of(Long.MAX_VALUE, "/dev/full"));
    }

    @Test
    void anotherOutputIsRefusedByName() {
        DisplayRequest request = request("true");
        BackendException refusal = assertThrows(BackendException.class, () -> new GamescopeProvider().create(new DisplayRequest(
                request.mode(), request.session(), request.client(), request.placement(), Optional.of("DP-1"), request.app()),
                GamescopeHost.in(folder)));
        assertTrue(refusal.getMessage().contains("DP-1"), refusal.getMessage());
    }

    @Test
    void theLastErrorIsTheReasonElseTheLastLine() {
        assertEquals("[gamescope] [Error] vulkan: failed to allocate buffer for KMS", GamescopeLog.reason("""
                [gamescope] [\u001b[0;31mError\u001b[0m] \u001b[0;37mvulkan:\u001b[0m failed to allocate buffer for KMS
                (EE) failed to read Wayland events: Broken pipe
                """));
        assertEquals("b", GamescopeLog.reason("a\n b \n\n"));
        assertEquals("it said nothing", GamescopeLog.reason("\n"));
    }

    @Test
    void modesItCannotShowAreRefusedNamingTheNearest() {
        Optional<GamescopeVersion> now = Optional.of(new GamescopeVersion(3, 16, 24, 0));
        ModeLimits.check(DisplayMode.of(1367, 771, 60), now);
        assertTrue(refusal(new DisplayMode(1920, 1080, 59_940), now).endsWith("the nearest it can is 1920x1080@60"));
        assertTrue(refusal(new DisplayMode(9000, 10, 200), now).endsWith("the nearest it can is 8192x16@1"));
        assertTrue(refusal(DisplayMode.of(1367, 771, 60), Optional.of(GamescopeVersion.EVEN_SIZES))
                .endsWith("the nearest it can is 1368x772@60"));
    }

    private static String refusal(DisplayMode mode, Optional<GamescopeVersion> version) {
        return assertThrows(BackendException.class, () -> ModeLimits.check(mode, version)).getMessage();
    }

    @Property
    void theNearestModeIsLegal(@ForAll @IntRange(min = 1) int width, @ForAll @IntRange(min = 1) int height,
                               @ForAll @IntRange(min = 1) int refresh) {
        for (GamescopeVersion version : List.of(GamescopeVersion.HEADLESS, GamescopeVersion.EVEN_SIZES)) {
            ModeLimits.check(ModeLimits.nearest(new DisplayMode(width, height, refresh), Optional.of(version)), Optional.of(version));
        }
    }

    @Test
    void theLoopLockFaultIsTold() {
        Probe.Unavailable hangs = assertInstanceOf(Probe.Unavailable.class,
                GamescopeProvider.judge(new GamescopeVersion(3, 16, 20, 0), Optional.of(PIPEWIRE_1_6), List.of()));
        assertTrue(hangs.reason().contains("negotiating"), hangs.reason());
        assertTrue(hangs.remedy().orElseThrow().contains("3.16.22"));
        Probe.Available warned = assertInstanceOf(Probe.Available.class,
                GamescopeProvider.judge(new GamescopeVersion(3, 16, 20, 0), Optional.of(PIPEWIRE_1_4), List.of()));
        assertTrue(warned.evidence().stream().anyMatch(e -> e.name().equals("warning")));
        Probe.Available fixed = assertInstanceOf(Probe.Available.class,
                GamescopeProvider.judge(GamescopeVersion.LOOP_ENTERED, Optional.of(PIPEWIRE_1_6), List.of()));
        assertTrue(fixed.evidence().stream().noneMatch(e -> e.name().equals("warning")));
        Probe.Available unknown = assertInstanceOf(Probe.Available.class,
                GamescopeProvider.judge(new GamescopeVersion(3, 16, 20, 0), Optional.empty(), List.of()));
        assertTrue(unknown.rank() < warned.rank());
        assertInstanceOf(Probe.Unavailable.class,
                GamescopeProvider.judge(new GamescopeVersion(3, 13, 19, 0), Optional.of(PIPEWIRE_1_4), List.of()));
    }

    @Test
    void whatIsMissingIsNamedWithItsPackage() throws IOException {
        TestHost host = GamescopeHost.in(folder);
        host.variables.put("PATH", folder.toString());
        if (Program.find("gamescope", "/usr/games").isEmpty()) {
            Probe.Unavailable none = assertInstanceOf(Probe.Unavailable.class, new GamescopeProvider().probe(host));
            assertTrue(none.remedy().orElseThrow().contains("gamescope"));
        }
        script("gamescope", "echo gamescope version 3.16.24");
        host.variables.put("VK_DRIVER_FILES", folder.resolve("none.json").toString());
        Probe.Unavailable vulkan = assertInstanceOf(Probe.Unavailable.class, new GamescopeProvider().probe(host));
        assertTrue(vulkan.reason().contains("Vulkan"), vulkan.reason());
    }

    @Test
    void theBareDesktopIsRefused() {
        BackendException refusal = assertThrows(BackendException.class, () -> new GamescopeProvider().create(
                DisplayRequest.of(DisplayMode.of(640, 480, 60), "s"), GamescopeHost.in(folder)));
        assertTrue(refusal.getMessage().contains("app that has a command"), refusal.getMessage());
    }

    @Test
    void aGamescopeThatEndsAtOnceLeavesNothingAndIsQuoted() throws IOException {
        TestHost host = GamescopeHost.in(folder);
        host.variables.put("PATH", folder + ":" + System.getenv("PATH"));
        script("gamescope", "[ \"$1\" = --version ] || { echo '[gamescope] [Error] vulkan: no device'; exit 1; }");
        BackendException failure = assertThrows(BackendException.class, () -> new GamescopeProvider().create(request("true"), host));
        assertTrue(failure.getMessage().contains("vulkan: no device"), failure.getMessage());
        assertNothingLeft(host);
    }

    @Test
    void aProgramThatDoesNotExistIsNamedBeforeAnythingStarts() throws IOException {
        TestHost host = GamescopeHost.in(folder);
        host.variables.put("PATH", folder + ":" + System.getenv("PATH"));
        script("gamescope", "[ \"$1\" = --version ] || sleep 60");
        BackendException failure = assertThrows(BackendException.class,
                () -> new GamescopeProvider().create(request("no-such-program"), host));
        assertTrue(failure.getMessage().contains("no-such-program"), failure.getMessage());
        assertNothingLeft(host);
    }

    private void assertNothingLeft(TestHost host) throws IOException {
        assertTrue(host.journalled.isEmpty() && host.changes.isEmpty());
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(List.of("gamescope"), files.map(f -> f.getFileName().toString()).toList());
        }
    }

    private void script(String name, String body) throws IOException {
        Path file = Files.writeString(folder.resolve(name), "#!/bin/sh\n" + body + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    static DisplayRequest request(String... command) {
        return request(DisplayMode.of(640, 480, 60), command);
    }

    static DisplayRequest request(DisplayMode mode, String... command) {
        return new DisplayRequest(mode, "s1", "c1", DisplayRequest.Placement.EXTEND, Optional.empty(),
                Optional.of(new DisplayRequest.App(List.of(command), Map.of("LUMEN_TEST_INSIDE", "yes"))));
    }

    @Test
    void theCommandLineHoldsTheModeAndThenTheProgram() {
        assertEquals(List.of("/g", "--backend", "headless", "-W", "1367", "-H", "771", "-r", "120", "--ready-fd", "/f", "--rt",
                        "--", "setpriv", "--pdeathsig", "KILL", "--", "steam", "-bigpicture"),
                StartedGamescope.command(new Program(Path.of("/g")), List.of("--rt"), DisplayMode.of(1367, 771, 120), Path.of("/f"),
                        List.of("steam", "-bigpicture")));
    }

    @Test
    void theUsersServicesAreFoundFromThePrivateFolder() {
        Map<String, String> outer = Map.of("XDG_RUNTIME_DIR", "/run/user/7", "DISPLAY", ":3", "LIBEI_SOCKET", "x", "PATH", "/bin",
                "STEAM_GAME_DISPLAY_0", ":3", "KEPT", "k");
        Map<String, String> inner = GamescopeEnvironment.compositor(outer, folder, Path.of("/usr/games/gamescope"),
                Map.of("PULSE_SINK", "lumen"));
        assertEquals(Map.of("XDG_RUNTIME_DIR", folder.toString(), "PIPEWIRE_RUNTIME_DIR", "/run/user/7", "PULSE_RUNTIME_PATH",
                "/run/user/7/pulse", "DBUS_SESSION_BUS_ADDRESS", "unix:path=/run/user/7/bus", "KEPT", "k", "PULSE_SINK", "lumen",
                "PATH", "/bin:/usr/games"), inner);
        Map<String, String> client = GamescopeEnvironment.client(outer, folder, ":0", "gamescope-0", Optional.empty());
        assertEquals(":0", client.get("DISPLAY"));
        assertFalse(client.containsKey("WAYLAND_DISPLAY"));
    }

    @Test
    void aNodeToAttachToMustBeANumber() {
        TestHost host = GamescopeHost.in(folder);
        assertEquals(OptionalInt.empty(), GamescopeProvider.node(host));
        host.variables.put(GamescopeProvider.NODE, " ");
        assertEquals(OptionalInt.empty(), GamescopeProvider.node(host));
        host.variables.put(GamescopeProvider.NODE, "43");
        assertEquals(OptionalInt.of(43), GamescopeProvider.node(host));
        assertEquals(90, assertInstanceOf(Probe.Available.class, new GamescopeProvider().probe(host)).rank());
        host.variables.put(GamescopeProvider.NODE, "gamescope");
        assertInstanceOf(Probe.Unavailable.class, new GamescopeProvider().probe(host));
        assertThrows(BackendException.class, () -> new GamescopeProvider().create(request("true"), host));
    }

    @Test
    void attachingToNobodyIsATypedFailure() {
        TestHost host = GamescopeHost.in(folder);
        host.variables.put(GamescopeProvider.NODE, "43");
        host.variables.put("XDG_RUNTIME_DIR", folder.toString());
        BackendException failure = assertThrows(BackendException.class, () -> new GamescopeProvider().create(request("true"), host));
        assertTrue(failure.getMessage().contains("gamescope-0"), failure.getMessage());
    }

    @Test
    void argumentsAreWords() {
        TestHost host = GamescopeHost.in(folder);
        assertEquals(List.of(), GamescopeProvider.arguments(host));
        host.variables.put(GamescopeProvider.ARGUMENTS, "  --expose-wayland   --xwayland-count 2 ");
        assertEquals(List.of("--expose-wayland", "--xwayland-count", "2"), GamescopeProvider.arguments(host));
    }

    @Test
    void aDamagedNoteOfTheJournalRemovesNothing() throws IOException {
        Path bystander = Files.createDirectory(folder.resolve("bystander"));
        TestHost host = GamescopeHost.in(folder);
        for (Map<String, String> note : List.of(Map.<String, String>of(), Map.of("folder", "bystander", "pid", "1", "start-ticks", "1"),
                Map.of("folder", "gs-x-1/../bystander", "pid", "1", "start-ticks", "1"), Map.of("folder", "gs-x-1", "pid", "x"))) {
            assertThrows(BackendException.class, () -> new GamescopeProvider().undo(note, host));
        }
        new GamescopeProvider().undo(Map.of("folder", "gs-x-1", "pid", "1", "start-ticks", "-1"), host);
        assertTrue(Files.exists(bystander));
    }

    @Test
    void onlyTheDeadProcessesOwnXFilesAreRemoved() throws IOException {
        Files.createDirectory(folder.resolve(".X11-unix"));
        Path lock = Files.writeString(folder.resolve(".X7-lock"), "      1234\0");
        Path socket = Files.createFile(folder.resolve(".X11-unix").resolve("X7"));
        XDisplayFiles.removeOf(folder, 1235);
        assertTrue(Files.exists(lock) && Files.exists(socket));
        XDisplayFiles.removeOf(folder, 1234);
        assertFalse(Files.exists(lock) || Files.exists(socket));
    }
}
