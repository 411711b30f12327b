package lumen.wayland;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import lumen.posix.Fd;
import lumen.posix.Memfd;
import lumen.posix.UnixSocket;
import org.junit.jupiter.api.Test;

/** The client against a peer that says anything at all. The other end of the socket is the test. */
class WaylandConnectionTest {
    private static final Interface THING = Interface.of("thing", 3, List.of("destroy()", "make(n)", "take(h?ou)"),
            List.of("numbers(iuf)", "words(s?s)", "bytes(a)", "gift(h)", "made(n)", "either(?o)"));
    private static final int[] NO_FDS = new int[UnixSocket.MAX_FDS];

    static byte[] message(int object, int opcode, Object... arguments) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (Object argument : arguments) {
            if (argument instanceof Integer i) {
                body.writeBytes(ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putInt(i).array());
            } else {
                byte[] bytes = (argument + "\0").getBytes(StandardCharsets.UTF_8);
                body.writeBytes(ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putInt(bytes.length).array());
                body.writeBytes(java.util.Arrays.copyOf(bytes, bytes.length + 3 & ~3));
            }
        }
        return ByteBuffer.allocate(8 + body.size()).order(ByteOrder.nativeOrder()).putInt(object)
                .putInt(8 + body.size() << 16 | opcode).put(body.toByteArray()).array();
    }

    /** A connection with one {@code thing}, id 2, and the compositor's end. */
    static final class Rig implements AutoCloseable {
        final UnixSocket[] ends = UnixSocket.pair();
        final WaylandConnection connection = new WaylandConnection(ends[0]);
        final List<Object> seen = new ArrayList<>();
        final Proxy thing = connection.display().child(THING, this::event);
        private final Arena arena = Arena.ofConfined();

        private void event(Proxy object, int opcode, EventArguments a) {
            switch (opcode) {
                case 0 -> seen.addAll(List.of(a.i32(), a.u32(), a.fixed()));
                case 1 -> {
                    seen.add(a.string());
                    String second = a.string();
                    seen.add(second == null ? "null" : second);
                }
                case 2 -> seen.add(a.array().length);
                case 3 -> {
                    try (Fd fd = a.fd()) {
                        seen.add(Fd.sizeOf(fd.value()));
                    }
                }
                case 4 -> seen.add(connection.adopt(a.newId(), THING, 3, EventHandler.NONE));
                default -> seen.add(a.object());
            }
        }

        void say(byte[] bytes, int... fds) {
            MemorySegment out = arena.allocate(Math.max(1, bytes.length));
            MemorySegment.copy(bytes, 0, out, ValueLayout.JAVA_BYTE, 0, bytes.length);
            ends[1].send(out, 0, bytes.length, fds, fds.length);
        }

        byte[] heard() {
            MemorySegment in = arena.allocate(65536);
            int n = ends[1].receive(in, 0, 65536, NO_FDS, 0);
            return n <= 0 ? new byte[0] : in.asSlice(0, n).toArray(ValueLayout.JAVA_BYTE);
        }

        @Override
        public void close() {
            connection.close();
            ends[1].close();
            arena.close();
        }
    }

    @Test
    void eventsArriveWithTheirArguments() {
        try (Rig rig = new Rig(); Fd fd = Memfd.create("gift", 77, 0)) {
            rig.say(message(2, 0, -1, 7, 384));
            rig.say(message(2, 1, "héllo", 0));
            rig.say(message(2, 3), fd.value());
            rig.say(message(2, 4, 0xff00_0000));
            rig.say(message(2, 5, 0));
            while (rig.seen.size() < 8) {
                assertTrue(rig.connection.dispatch(1000));
            }
            assertEquals(List.of(-1, 7, 384, "héllo", "null", 77L), rig.seen.subList(0, 6));
            assertEquals(0xff00_0000, ((Proxy) rig.seen.get(6)).id());
            assertEquals(0, rig.seen.get(7));
        }
    }

    @Test
    void aMessageInPiecesIsPutTogether() {
        try (Rig rig = new Rig()) {
            for (byte b : message(2, 0, 1, 2, 3)) {
                rig.say(new byte[] {b});
                rig.connection.dispatch(1000);
            }
            assertEquals(List.of(1, 2, 3), rig.seen);
        }
    }

    @Test
    void requestsHaveTheWireFormat() {
        try (Rig rig = new Rig()) {
            Proxy child = rig.thing.child(THING, EventHandler.NONE);
            rig.thing.request(1).newId(child).send();
            rig.connection.flush();
            assertEquals(ByteBuffer.wrap(message(2, 1, 3)), ByteBuffer.wrap(rig.heard()));
            try (Fd fd = Memfd.create("given", 5, 0)) {
                rig.thing.request(2).fd(fd.value()).object(null).u32(9).send();
            }
            assertEquals(ByteBuffer.wrap(message(2, 2, 0, 9)), ByteBuffer.wrap(rig.heard()));
            assertEquals(1, rig.ends[1].receivedFds());
            Fd.own(NO_FDS[0]).close();
        }
    }

    @Test
    void aRequestUnlikeItsSignatureIsRefused() {
        try (Rig rig = new Rig()) {
            assertThrows(IllegalArgumentException.class, () -> rig.thing.request(1).u32(1));
        }
        try (Rig rig = new Rig()) {
            assertThrows(IllegalArgumentException.class, () -> rig.thing.request(1).send());
        }
    }

    @Test
    void anErrorNamesObjectCodeAndMessage() {
        try (Rig rig = new Rig()) {
            rig.say(message(1, 0, 2, 42, "bad thing"));
            WaylandErrorException e = assertThrows(WaylandErrorException.class, () -> rig.connection.dispatch(1000));
            assertEquals("thing@2", e.object());
            assertEquals(42, e.code());
            assertTrue(e.getMessage().contains("bad thing"));
        }
    }

    @Test
    void anErrorIsReadEvenIfTheCompositorHungUpAfterIt() {
        try (Rig rig = new Rig()) {
            rig.say(message(1, 0, 2, 1, "last words"));
            rig.ends[1].close();
            rig.thing.request(0).send();
            assertTrue(assertThrows(WaylandException.class, () -> rig.connection.dispatch(1000)).getMessage()
                    .contains("last words"));
        }
    }

    @Test
    void idsAreUsedAgainOnlyAfterDeleteId() {
        try (Rig rig = new Rig()) {
            rig.thing.destroy(0);
            assertFalse(rig.thing.live());
            assertEquals(3, rig.connection.display().child(THING, EventHandler.NONE).id());
            rig.say(message(2, 0, 1, 2, 3));
            rig.connection.dispatch(1000);
            assertEquals(List.of(), rig.seen, "events under way to a destroyed object are dropped");
            assertThrows(IllegalStateException.class, () -> rig.connection.renew(rig.thing));
            rig.say(message(1, 1, 2));
            rig.connection.dispatch(1000);
            rig.connection.renew(rig.thing);
            assertEquals(2, rig.thing.id());
        }
    }

    @Test
    void malformedEventsAreNamed() {
        Object[][] cases = {{message(99, 0), "99"}, {message(2, 17), "event 17"}, {message(2, 0, 1), "ends before"},
                {message(2, 0, 1, 2, 3, 4), "too many"}, {message(2, 1, 0, 0), "null"},
                {message(2, 1, 1 << 30, 0), "bytes"}, {message(2, 1, -1, 0), "bytes"}, {message(2, 3), "descriptor"},
                {message(2, 1, 4, 0x41414141, 0), "terminated"}, {message(1, 1, 1), "delete_id"},
                {message(1, 1, 55), "delete_id"}, {message(2, 4, 5), "not the compositor's"},
                {new byte[] {2, 0, 0, 0, 0, 0, 4, 0}, "size 4"}, {new byte[] {2, 0, 0, 0, 0, 0, 0, 127}, "size"}};
        for (Object[] c : cases) {
            try (Rig rig = new Rig()) {
                rig.say((byte[]) c[0]);
                String message = assertThrows(WaylandException.class, () -> rig.connection.dispatch(1000)).getMessage();
                assertTrue(message.contains((String) c[1]), message);
            }
        }
    }

    @Test
    void descriptorsThatBelongToNothingDoNotPileUp() {
        long before = descriptors();
        try (Rig rig = new Rig(); Fd fd = Memfd.create("flood", 1, 0)) {
            int[] flood = new int[UnixSocket.MAX_FDS];
            java.util.Arrays.fill(flood, fd.value());
            assertThrows(WaylandException.class, () -> {
                for (int i = 0; i < 20; i++) {
                    rig.say(message(2, 0, 1, 2, 3), flood);
                    rig.connection.dispatch(1000);
                }
            });
        }
        assertEquals(before, descriptors());
    }

    private static long descriptors() {
        try (Stream<Path> fds = Files.list(Path.of("/proc/self/fd"))) {
            return fds.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void anAbsentOrSilentCompositorIsAnErrorInTime() {
        assertThrows(WaylandException.class, () -> WaylandConnection.connect(Path.of("/nonexistent/wayland-0")));
        try (Rig rig = new Rig()) {
            long begin = System.nanoTime();
            assertThrows(WaylandException.class, () -> rig.connection.roundTrip(Duration.ofMillis(100)));
            assertTrue(System.nanoTime() - begin < 2_000_000_000L);
            rig.ends[1].close();
            assertThrows(WaylandException.class, () -> rig.connection.roundTrip(Duration.ofSeconds(5)));
        }
    }

    @Test
    void aWaitCanBeEndedFromAnotherThread() {
        try (Rig rig = new Rig()) {
            Thread.ofPlatform().start(rig.connection::wakeUp);
            assertFalse(rig.connection.dispatch(10_000));
        }
    }
}
