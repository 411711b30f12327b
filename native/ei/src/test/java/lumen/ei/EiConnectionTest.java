package lumen.ei;

import static lumen.ei.ScriptedServer.CONNECTION;
import static lumen.ei.ScriptedServer.DEVICE;
import static lumen.ei.ScriptedServer.INTERFACES;
import static lumen.ei.ScriptedServer.SEAT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import lumen.ei.ScriptedServer.Request;
import lumen.posix.Fd;
import lumen.posix.Mapping;
import lumen.posix.Memfd;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The client against a server that says anything at all. The other end of the socket is the test. */
class EiConnectionTest {
    private static final int KEY_A = 30;
    private static final int BTN_LEFT = 0x110;
    private long descriptorsBefore;

    @BeforeEach
    void before() {
        // What classes and libraries keep open once is none of a connection's.
        ScriptedServer.ready().close();
        descriptorsBefore = descriptors();
    }

    @AfterEach
    void nothingIsLeft() {
        ScriptedServer.await(() -> descriptors() <= descriptorsBefore, "descriptors are left");
        ScriptedServer.await(() -> Thread.getAllStackTraces().keySet().stream().noneMatch(t -> t.getName().equals("lumen-ei")), "threads are left");
    }

    private static long descriptors() {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.count();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static long of(EiInterface type) {
        return INTERFACES + type.ordinal();
    }

    @Test
    void theHandshakeHasTheWireFormat() {
        try (ScriptedServer server = new ScriptedServer()) {
            server.say(0, 0, 1);
            server.hear(0, 1);
            server.say(0, 1, "ei_connection", 1);
            server.say(0, 2, 5, CONNECTION, 1);
            // Greeted a second time, or with what a later version may say, it says nothing.
            server.say(0, 0, 1);
            server.say(CONNECTION, 99, 1, 2, 3);
            server.say(CONNECTION, 3, CONNECTION + 77, 1);
            Request pong = server.hear(CONNECTION + 77, 0);
            assertEquals(0, pong.i64(0));
            assertTrue(server.heard().isEmpty(), () -> server.heard().toString());
        }
        List<String> requests = new ArrayList<>();
        RequestQueue queue = new RequestQueue();
        EiContext context = new EiContext(this, "tester", Set.of(EiInterface.KEYBOARD), queue, new ArrayDeque<>());
        new EventFraming().accept(ByteBuffer.wrap(ScriptedServer.event(0, 0, 1)), context::event);
        queue.sendTo((bytes, offset, length) -> {
            requests.add(HexFormat.of().formatHex(bytes.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE)));
            return (int) length;
        });
        queue.close();
        String all = requests.getFirst();
        // handshake_version 1, context_type sender, name "tester"
        assertTrue(all.startsWith("0000000000000000" + "14000000" + "00000000" + "01000000"
                + "0000000000000000" + "14000000" + "02000000" + "02000000"
                + "0000000000000000" + "1c000000" + "03000000" + "07000000" + "7465737465720000"), all);
        // interface_version "ei_device" 2, padded to 12
        assertTrue(all.contains("04000000" + "0a000000" + "65695f646576696365000000" + "02000000"), all);
        assertTrue(all.endsWith("0000000000000000" + "10000000" + "01000000"), all);
    }

    @Test
    void aDeviceIsBoundStartedAndDescribed() {
        try (ScriptedServer server = new ScriptedServer()) {
            server.say(0, 0, 1);
            server.say(0, 2, 5, CONNECTION, 1);
            server.say(CONNECTION, 1, SEAT, 1);
            server.say(SEAT, 1, "chair");
            server.say(SEAT, 2, 0x10L, "ei_keyboard");
            server.say(SEAT, 2, 0x400L, "ei_pointer_absolute");
            server.say(SEAT, 2, 0x8000L, "ei_text");
            server.say(SEAT, 3);
            assertEquals(0x410L, server.hear(SEAT, 1).i64(0), "what is not known is not bound");
            server.say(SEAT, 4, DEVICE, 2);
            server.say(DEVICE, 1, "Gerät");
            server.say(DEVICE, 2, 1);
            server.say(DEVICE, 5, DEVICE + 1, "ei_keyboard", 1);
            server.say(DEVICE, 5, DEVICE + 2, "ei_text", 1);
            server.say(DEVICE, 12, "a stream");
            server.say(DEVICE, 4, 1920, 0, 2560, 1440, 2f);
            server.say(DEVICE, 4, 0, 0, 1920, -1, 1f);
            server.say(DEVICE, 6);
            assertFalse(server.connection.await(Duration.ofMillis(20)), "it is paused yet");
            server.say(DEVICE, 7, 42);
            Request start = server.hear(DEVICE, 1);
            assertEquals(42, start.i32(0));
            assertEquals(1, start.i32(4));
            assertFalse(server.connection.await(Duration.ofMillis(20)), "there may be an absolute pointer yet");
            Request sync = server.heard().stream().filter(r -> r.object() == CONNECTION && r.opcode() == 0).findFirst().orElse(null);
            assertEquals(null, sync, "asked before");
            server.say(1, 0, 0L);
            assertTrue(server.connection.await(Duration.ofSeconds(10)));
            EiDevice device = server.device();
            assertEquals("Gerät", device.name());
            assertEquals(List.of(new EiRegion(1920, 0, 2560, 1440, 2, Optional.of("a stream")),
                    new EiRegion(0, 0, 1920, Integer.MAX_VALUE, 1, Optional.empty())), device.regions());
            assertTrue(device.has(EiInterface.KEYBOARD));
            assertFalse(device.has(EiInterface.POINTER));
        }
    }

    @Test
    void eachEventIsAFrameAndAllLeaveTogether() {
        try (ScriptedServer server = ScriptedServer.ready()) {
            EiConnection c = server.connection;
            EiDevice d = server.device();
            server.take();
            long before = System.nanoTime() / 1000;
            assertTrue(c.key(d, KEY_A, true));
            assertTrue(c.key(d, KEY_A, false));
            assertTrue(c.move(d, 1.5f, -2));
            assertTrue(c.moveTo(d, 3, 4));
            assertTrue(c.button(d, BTN_LEFT, true));
            assertTrue(c.scroll(d, 120, -30));
            assertTrue(c.scrollPixels(d, 1, 2));
            assertTrue(c.scrollStop(d, true, false));
            assertTrue(c.touchDown(d, 9, 5, 6));
            assertTrue(c.touchMove(d, 9, 7, 8));
            assertTrue(c.touchUp(d, 9));
            assertTrue(server.heard().isEmpty(), "nothing leaves by itself");
            c.flush();
            List<Request> heard = List.copyOf(server.heard());
            List<String> expected = new ArrayList<>();
            for (long[] event : new long[][] {{of(EiInterface.KEYBOARD), 1}, {of(EiInterface.KEYBOARD), 1}, {of(EiInterface.POINTER), 1},
                    {of(EiInterface.POINTER_ABSOLUTE), 1}, {of(EiInterface.BUTTON), 1}, {of(EiInterface.SCROLL), 2}, {of(EiInterface.SCROLL), 1},
                    {of(EiInterface.SCROLL), 3}, {of(EiInterface.TOUCHSCREEN), 1}, {of(EiInterface.TOUCHSCREEN), 2}, {of(EiInterface.TOUCHSCREEN), 3}}) {
                expected.add(new Request(event[0], (int) event[1], new byte[0]).toString());
                expected.add(new Request(DEVICE, 3, new byte[0]).toString());
            }
            assertEquals(expected, heard.stream().map(Request::toString).toList());
            assertEquals(List.of(KEY_A, 1, KEY_A, 0), List.of(heard.get(0).i32(0), heard.get(0).i32(4), heard.get(2).i32(0), heard.get(2).i32(4)));
            assertEquals(List.of(1.5f, -2f), List.of(heard.get(4).f32(0), heard.get(4).f32(4)));
            assertEquals(List.of(120, -30), List.of(heard.get(10).i32(0), heard.get(10).i32(4)));
            assertEquals(6, heard.get(1).i32(0), "last_serial");
            long timestamp = heard.get(1).i64(4);
            assertTrue(timestamp >= before && timestamp <= System.nanoTime() / 1000, "microseconds of CLOCK_MONOTONIC");
            assertEquals(0, c.dropped());
        }
    }

    @Test
    void whatIsDownAlreadyOrUpAlreadyIsNoEvent() {
        try (ScriptedServer server = ScriptedServer.ready()) {
            EiConnection c = server.connection;
            EiDevice d = server.device();
            server.take();
            assertTrue(c.key(d, KEY_A, false));
            assertTrue(c.key(d, KEY_A, true));
            assertTrue(c.key(d, KEY_A, true));
            assertTrue(c.touchUp(d, 1));
            assertFalse(c.touchMove(d, 1, 0, 0));
            assertThrows(IllegalArgumentException.class, () -> c.key(d, 0x300, true));
            assertThrows(IllegalArgumentException.class, () -> c.button(d, -1, true));
            c.flush();
            assertEquals(2, server.heard().size());
            assertEquals(0, c.dropped());
        }
    }

    @Test
    void aPausedDeviceForgetsWhatWasHeldAndStartsAnew() {
        try (ScriptedServer server = ScriptedServer.ready()) {
            EiConnection c = server.connection;
            EiDevice d = server.device();
            c.key(d, KEY_A, true);
            c.touchDown(d, 1, 0, 0);
            c.flush();
            server.hear(DEVICE, 3);
            server.say(of(EiInterface.KEYBOARD), 3, 7, 1, 2, 4, 1);
            ScriptedServer.await(() -> d.modifiers().equals(new EiModifiers(1, 4, 2, 1)), "modifiers");
            server.say(DEVICE, 8, 8);
            ScriptedServer.await(() -> c.usable().isEmpty(), "not paused");
            assertEquals(Optional.empty(), c.first(EiInterface.KEYBOARD));
            assertEquals(EiModifiers.NONE, d.modifiers());
            assertFalse(d.isPressed(KEY_A));
            assertFalse(c.key(d, 31, true));
            assertTrue(c.key(d, KEY_A, false), "released by the server");
            assertFalse(c.move(d, 1, 1));
            assertEquals(2, c.dropped());
            c.flush();
            server.take();
            server.say(DEVICE, 7, 9);
            Request start = server.hear(DEVICE, 1);
            assertEquals(List.of(9, 2), List.of(start.i32(0), start.i32(4)));
            assertTrue(c.key(d, KEY_A, true));
            c.flush();
            assertEquals(KEY_A, server.hear(of(EiInterface.KEYBOARD), 1).i32(0));
        }
    }

    @Test
    void partsAndDevicesThatGoTakeNothing() {
        try (ScriptedServer server = ScriptedServer.ready()) {
            EiDevice d = server.device();
            server.say(of(EiInterface.SCROLL), 0, 7);
            ScriptedServer.await(() -> !d.has(EiInterface.SCROLL), "scroll is left");
            assertFalse(server.connection.scroll(d, 120, 0));
            server.say(DEVICE, 0, 8);
            ScriptedServer.await(() -> server.connection.usable().isEmpty(), "the device is left");
            assertFalse(server.connection.key(d, KEY_A, true));
            assertEquals(2, server.connection.dropped());
            // Its number is free again, and late events for it are for nobody.
            server.say(DEVICE, 7, 9);
            server.say(SEAT, 4, DEVICE, 2);
            server.say(DEVICE, 5, of(EiInterface.KEYBOARD), "ei_keyboard", 1);
            server.say(DEVICE, 6);
            server.say(DEVICE, 7, 10);
            ScriptedServer.await(() -> server.connection.first(EiInterface.KEYBOARD).isPresent(), "no new device");
            server.say(SEAT, 0, 11);
            server.say(CONNECTION, 3, CONNECTION + 500, 1);
            server.hear(CONNECTION + 500, 0);
            assertEquals(Optional.empty(), server.connection.failure());
        }
    }

    @Test
    void closingLetsGoOfAllAndSaysGoodbye() {
        try (ScriptedServer server = ScriptedServer.ready()) {
            EiDevice d = server.device();
            server.connection.key(d, KEY_A, true);
            server.connection.button(d, BTN_LEFT, true);
            server.connection.touchDown(d, 3, 1, 1);
            server.connection.flush();
            server.take();
            server.connection.close();
            server.connection.close();
            List<String> heard = server.heard().stream().filter(r -> r.object() != DEVICE || r.opcode() != 3).map(Request::toString).toList();
            assertEquals(Stream.of(new Request(of(EiInterface.KEYBOARD), 1, null), new Request(of(EiInterface.BUTTON), 1, null),
                    new Request(of(EiInterface.TOUCHSCREEN), 3, null), new Request(DEVICE, 2, null), new Request(CONNECTION, 1, null))
                    .map(Request::toString).toList(), heard);
            assertFalse(server.connection.key(d, KEY_A, true));
            server.connection.flush();
            assertEquals(0, server.losses.get(), "closing is no loss");
        }
    }

    @Test
    void aServerThatDoesNotReadLosesPressesNotReleasesAndMovesBecomeOne() {
        try (ScriptedServer server = ScriptedServer.ready()) {
            EiConnection c = server.connection;
            EiDevice d = server.device();
            c.key(d, KEY_A, true);
            c.flush();
            for (int i = 0; i < 100_000; i++) {
                assertTrue(c.move(d, 1, -1));
                c.flush();
            }
            assertEquals(0, c.dropped());
            int presses = 0;
            while (c.dropped() == 0) {
                int code = 1 + presses++ % 2 * 100;
                c.key(d, code, true);
                c.key(d, code, false);
                c.flush();
                assertTrue(presses < 100_000, "the queue has no end");
            }
            assertTrue(c.key(d, KEY_A, false), "there is room for what must not be lost");
            c.flush();
            float x = 0;
            int moves = 0;
            int last = -1;
            while (last != KEY_A) {
                for (Request r : server.take()) {
                    if (r.object() == of(EiInterface.POINTER)) {
                        moves++;
                        x += r.f32(0);
                    } else if (r.object() == of(EiInterface.KEYBOARD)) {
                        last = r.i32(0);
                    }
                }
            }
            assertEquals(100_000f, x);
            assertTrue(moves < 200, moves + " moves");
            assertEquals(Optional.empty(), c.failure());
            assertTrue(c.moveTo(d, 77, 88));
            c.flush();
            assertEquals(77f, server.hear(of(EiInterface.POINTER_ABSOLUTE), 1).f32(0));
        }
    }

    @Test
    void theLastOfManyPositionsArrivesOnceTheServerReads() {
        try (ScriptedServer server = ScriptedServer.ready()) {
            for (int i = 0; i <= 10_000; i++) {
                assertTrue(server.connection.moveTo(server.device(), i, 2 * i));
                server.connection.flush();
            }
            int moves = 0;
            float x = -1;
            while (x != 10_000) {
                Request r = server.hear(of(EiInterface.POINTER_ABSOLUTE), 1);
                assertTrue(r.f32(0) > x);
                x = r.f32(0);
                moves++;
            }
            assertTrue(moves < 200, moves + " moves");
        }
    }

    @Test
    void whyAServerSendsUsAwayIsTold() {
        try (ScriptedServer server = ScriptedServer.ready()) {
            server.say(CONNECTION, 0, 9, 3, "you sent nonsense");
            assertEquals("the input server has sent us away: you sent nonsense", server.failure());
            ScriptedServer.await(() -> server.losses.get() == 1, "the loss is not told");
            assertFalse(server.connection.key(server.connection.usable().isEmpty() ? someDevice() : server.device(), KEY_A, true));
            assertThrows(EiException.class, () -> server.connection.await(Duration.ZERO));
        }
    }

    private static EiDevice someDevice() {
        return new EiDevice(new Object(), 1);
    }

    @Test
    void aServerThatHangsUpIsALossToldOnce() {
        try (ScriptedServer server = ScriptedServer.ready()) {
            server.end();
            ScriptedServer.await(() -> server.losses.get() == 1, "the loss is not told");
            assertTrue(server.failure().contains("input server"), server.failure());
            server.connection.flush();
        }
    }

    @Test
    void whoBreaksTheProtocolIsLeftWithAReason() {
        Object[][] cases = {
                {ScriptedServer.event(CONNECTION, 1, SEAT, 1), "twice"},
                {ScriptedServer.event(CONNECTION, 1, 0L, 1), "twice"},
                {ScriptedServer.event(DEVICE, 5, CONNECTION + 100, "ei_keyboard", 1), "twice"},
                {ScriptedServer.event(CONNECTION, 1), "cut short"},
                {ScriptedServer.event(DEVICE, 1, 1 << 30), "a text of"},
                {ScriptedServer.event(DEVICE, 1, 4, 0x41414141), "without its end"},
                {ScriptedServer.event(of(EiInterface.KEYBOARD), 1, 1, 100), "without a descriptor"},
                {Arrays.copyOf(new byte[8], 16), "an event of 0 bytes"},
        };
        for (Object[] each : cases) {
            try (ScriptedServer server = ScriptedServer.ready()) {
                server.send((byte[]) each[0]);
                assertTrue(server.failure().contains((String) each[1]), () -> server.failure() + " but not " + each[1]);
            }
        }
        try (ScriptedServer server = ScriptedServer.ready()) {
            for (int i = 0; i < 2000 && server.connection.failure().isEmpty(); i++) {
                server.say(CONNECTION, 1, CONNECTION + 1000 + i, 1);
            }
            assertTrue(server.failure().contains("more than 1024 objects"), server.failure());
        }
        try (ScriptedServer server = ScriptedServer.ready(); Fd fd = Memfd.create("gift", 1, 0)) {
            for (int i = 0; i < 100 && server.connection.failure().isEmpty(); i++) {
                server.send(ScriptedServer.event(CONNECTION, 99), fd.value());
            }
            assertTrue(server.failure().contains("descriptors"), server.failure());
        }
    }

    @Test
    void aKeymapIsReadAndOneThatIsCutShortIsRefused() {
        try (ScriptedServer server = ScriptedServer.ready(); Fd fd = file("xkb_keymap {};\0garbage")) {
            server.send(ScriptedServer.event(of(EiInterface.KEYBOARD), 1, 1, 22), fd.value());
            ScriptedServer.await(() -> server.device().keymap().isPresent(), "no keymap");
            assertEquals("xkb_keymap {};", server.device().keymap().get());
        }
        try (ScriptedServer server = ScriptedServer.ready(); Fd fd = file("xkb_keymap")) {
            server.send(ScriptedServer.event(of(EiInterface.KEYBOARD), 1, 1, 11), fd.value());
            assertTrue(server.failure().contains("after 10 of 11"), server.failure());
        }
        try (ScriptedServer server = ScriptedServer.ready(); Fd fd = file("xkb_keymap")) {
            server.send(ScriptedServer.event(of(EiInterface.KEYBOARD), 1, 1, -1), fd.value());
            assertTrue(server.failure().contains("4294967295 bytes"), server.failure());
        }
    }

    private static Fd file(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        Fd fd = Memfd.create("keymap", bytes.length, 0);
        try (Mapping mapping = Mapping.of(fd.value(), bytes.length, true)) {
            mapping.segment().copyFrom(MemorySegment.ofArray(bytes));
        }
        // As Mutter seals it: before Linux 6.7 such a file can't be mapped shared.
        Memfd.seal(fd, Memfd.SEAL_SHRINK | Memfd.SEAL_GROW | Memfd.SEAL_WRITE);
        return fd;
    }
}
