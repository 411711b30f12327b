package lumen.dbus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import lumen.posix.EventFd;
import lumen.posix.Fd;
import lumen.posix.PollSet;
import lumen.posix.PosixException;
import lumen.posix.UnixSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A bus that lies, dribbles or talks nonsense, and one that passes descriptors. */
@Timeout(30)
class HostileBusTest {
    private static final String OK = "OK 0123456789abcdef0123456789abcdef\r\n";
    private long before;

    @BeforeEach
    void count() throws Exception {
        try (EventFd warm = new EventFd(); PollSet poll = new PollSet(1)) {
            UnixSocket[] pair = UnixSocket.pair();
            pair[0].close();
            pair[1].close();
        }
        before = descriptors();
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        assertEquals(before, descriptors());
    }

    /** The other end of a connection, in steps. */
    private static final class Bus implements AutoCloseable {
        private final UnixSocket socket;
        private final MemorySegment buffer = Arena.ofAuto().allocate(1 << 16);
        private String said = "";

        Bus(UnixSocket socket) {
            this.socket = socket;
        }

        void await(String text) {
            try (PollSet poll = new PollSet(1)) {
                poll.set(0, socket.fd(), PollSet.IN);
                while (!said.contains(text)) {
                    poll.await(5000);
                    int n = socket.receive(buffer, 0, buffer.byteSize(), new int[UnixSocket.MAX_FDS], 0);
                    if (n <= 0) {
                        throw new AssertionError("the client has gone after " + said);
                    }
                    said += new String(buffer.asSlice(0, n).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.ISO_8859_1);
                }
                said = "";
            }
        }

        void say(String text) {
            send(text.getBytes(StandardCharsets.ISO_8859_1));
        }

        void send(byte[] bytes, int... fds) {
            MemorySegment.copy(bytes, 0, buffer, ValueLayout.JAVA_BYTE, 0, bytes.length);
            assertEquals(bytes.length, socket.send(buffer, 0, bytes.length, fds, fds.length));
        }

        /** Lets the client in; it waits for the answer to Hello then. */
        void admit() {
            await("AUTH EXTERNAL");
            say(OK);
            await("NEGOTIATE_UNIX_FD");
            say("AGREE_UNIX_FD\r\n");
            await("Hello");
        }

        static byte[] answer(int serial, String signature, Object... values) {
            return Message.encode(Message.Type.RETURN, true, 1, serial, new Message.Fields("", "", "", "", ":1.1", ""), signature,
                    List.of(values)).bytes();
        }

        @Override
        public void close() {
            socket.close();
        }
    }

    private interface Script {
        void play(Bus bus) throws Exception;
    }

    /** What a client says that meets such a bus. */
    private static String refusal(Script script) throws Exception {
        UnixSocket[] pair = UnixSocket.pair();
        CompletableFuture<DBusConnection> client = CompletableFuture.supplyAsync(() -> DBusConnection.over(pair[0]));
        try (Bus bus = new Bus(pair[1])) {
            script.play(bus);
            return assertThrows(Exception.class, () -> client.get(20, TimeUnit.SECONDS).close()).getCause().getMessage();
        }
    }

    @Test
    void shouldNameWhatIsWrongWithABus() throws Exception {
        assertTrue(refusal(bus -> {
            bus.await("AUTH");
            bus.say("REJECTED EXTERNAL\r\n");
        }).contains("REJECTED EXTERNAL"));
        assertTrue(refusal(bus -> {
            bus.await("AUTH");
            bus.say(OK);
            bus.await("NEGOTIATE");
            bus.say("ERROR\r\n");
        }).contains("passes no descriptors: ERROR"));
        assertTrue(refusal(bus -> {
            bus.await("AUTH");
            bus.say("x".repeat(20_000));
        }).contains("endless line"));
        assertTrue(refusal(bus -> {
            bus.await("AUTH");
            bus.close();
        }).contains("closed"));
        assertTrue(refusal(bus -> {
            bus.admit();
            bus.say("GARBAGE GARBAGE GARBAGE");
        }).contains("byte order"));
        assertTrue(refusal(bus -> {
            bus.admit();
            bus.send(Bus.answer(1, "u", 7));
        }).contains("signature \"u\""));
        assertTrue(refusal(bus -> {
            bus.admit();
            byte[] huge = Bus.answer(1, "s", ":1.1");
            huge[7] = 0x7f;
            bus.send(huge);
        }).contains("a message of"));
    }

    @Test
    void shouldRefuseFloodsOfDescriptors() throws Exception {
        try (EventFd event = new EventFd()) {
            int[] many = new int[28];
            Arrays.fill(many, event.fd());
            assertTrue(refusal(bus -> {
                bus.admit();
                // One byte after another of a message that never ends.
                byte[] answer = Bus.answer(1, "s", ":1.1");
                for (int i = 0; i < 12; i++) {
                    bus.send(new byte[] {answer[i]}, many);
                }
            }).contains("descriptors without a message"));
        }
    }

    @Test
    void shouldTakeMessagesInWhateverPiecesTheyCome() throws Exception {
        UnixSocket[] pair = UnixSocket.pair();
        CompletableFuture<DBusConnection> client = CompletableFuture.supplyAsync(() -> DBusConnection.over(pair[0]));
        try (Bus bus = new Bus(pair[1]); EventFd event = new EventFd()) {
            bus.admit();
            for (byte b : Bus.answer(1, "s", ":1.9")) {
                bus.send(new byte[] {b});
            }
            try (DBusConnection connection = client.get(5, TimeUnit.SECONDS)) {
                assertEquals(":1.9", connection.uniqueName());
                CompletableFuture<Message> call = CompletableFuture.supplyAsync(() -> connection.call("a.b", "/", "a.b", "GetFd", ""));
                bus.await("GetFd");
                // Somebody else's answer, with a descriptor nobody wants, and ours in two pieces.
                Fd fd = Fd.duplicateOf(event.fd());
                byte[] stray = Message.encode(Message.Type.RETURN, true, 5, 99, new Message.Fields("", "", "", "", "", ""), "h", List.of(fd)).bytes();
                byte[] ours = Message.encode(Message.Type.RETURN, true, 6, 2, new Message.Fields("", "", "", "", "", ""), "h", List.of(fd)).bytes();
                bus.send(stray, fd.value());
                bus.send(Arrays.copyOf(ours, 20), fd.value());
                bus.send(Arrays.copyOfRange(ours, 20, ours.length));
                fd.close();
                Fd got = call.get(5, TimeUnit.SECONDS).get(0, Fd.class);
                event.signal();
                try (PollSet poll = new PollSet(1)) {
                    poll.set(0, got.value(), PollSet.IN);
                    assertEquals(1, poll.await(0), "the same eventfd");
                }
                got.close();
                bus.close();
                assertThrows(DBusException.class, () -> connection.call("a.b", "/", "a.b", "M", ""));
            }
        }
    }

    @Test
    void shouldEndOnNoiseWithoutLosingAnything() throws Exception {
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            UnixSocket[] pair = UnixSocket.pair();
            CompletableFuture<DBusConnection> client = CompletableFuture.supplyAsync(() -> DBusConnection.over(pair[0]));
            try (Bus bus = new Bus(pair[1]); EventFd event = new EventFd()) {
                bus.admit();
                List<byte[]> messages = new ArrayList<>(List.of(Bus.answer(1, "s", ":1.9")));
                for (int i = 0; i < 5; i++) {
                    byte[] bytes = Message.encode(Message.Type.SIGNAL, true, 1 + i, 0, new Message.Fields("/a", "b.c", "M", "", "", ":1.2"),
                            "sa{sv}", List.of("x", Map.of("k", Variant.of("v")))).bytes();
                    bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
                    messages.add(bytes);
                }
                try {
                    for (byte[] message : messages) {
                        bus.send(message, random.nextBoolean() ? new int[] {event.fd()} : new int[0]);
                    }
                } catch (PosixException e) {
                    // The client has hung up, as it may.
                }
                bus.close();
                try (DBusConnection connection = client.get(5, TimeUnit.SECONDS)) {
                    CompletableFuture<String> lost = new CompletableFuture<>();
                    connection.onLost(lost::complete);
                    lost.get(5, TimeUnit.SECONDS);
                } catch (ExecutionException e) {
                    assertEquals(DBusException.class, e.getCause().getClass());
                }
            }
            assertEquals(before, descriptors(), "seed " + seed);
        }
    }

    @Test
    void shouldPassDescriptorsThroughTheRealBus() throws Exception {
        try (PrivateBus bus = PrivateBus.start(); DBusConnection one = bus.connect(); DBusConnection other = bus.connect();
             EventFd event = new EventFd()) {
            CompletableFuture<Integer> came = new CompletableFuture<>();
            one.subscribe("", "/x", "", "", m -> came.complete(m.get(0, Fd.class).release()));
            try (Fd given = Fd.duplicateOf(event.fd())) {
                other.emit(one.uniqueName(), "/x", "a.b", "S", "h", given);
            }
            try (Fd got = Fd.own(came.get(5, TimeUnit.SECONDS)); PollSet poll = new PollSet(1)) {
                poll.set(0, got.value(), PollSet.IN);
                assertEquals(0, poll.await(0));
                event.signal();
                assertEquals(1, poll.await(0));
            }
        }
    }

    private static long descriptors() throws IOException {
        try (Stream<Path> fds = Files.list(Path.of("/proc/self/fd"))) {
            return fds.count();
        }
    }
}
