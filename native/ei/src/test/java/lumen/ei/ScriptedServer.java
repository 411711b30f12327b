package lumen.ei;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import lumen.posix.Fd;
import lumen.posix.UnixSocket;

/** The other end of a connection, which says what a test wants: a real server says nothing wrong. */
final class ScriptedServer implements AutoCloseable {
    static final long CONNECTION = 0xff00_0000_0000_0001L;
    static final long SEAT = CONNECTION + 1;
    static final long DEVICE = CONNECTION + 2;
    /** The first interface of the device; the others follow in the order of {@link EiInterface}. */
    static final long INTERFACES = CONNECTION + 3;
    private static final long LIMIT_NANOS = Duration.ofSeconds(10).toNanos();

    final AtomicInteger losses = new AtomicInteger();
    final EiConnection connection;
    private final UnixSocket socket;
    private final Arena arena = Arena.ofConfined();
    private final MemorySegment in = arena.allocate(1 << 20);
    private final int[] fds = new int[UnixSocket.MAX_FDS];
    private final List<Request> heard = new ArrayList<>();
    private byte[] rest = new byte[0];

    /** What the client asked. */
    record Request(long object, int opcode, byte[] arguments) {
        int i32(int at) {
            return ByteBuffer.wrap(arguments).order(ByteOrder.nativeOrder()).getInt(at);
        }

        long i64(int at) {
            return ByteBuffer.wrap(arguments).order(ByteOrder.nativeOrder()).getLong(at);
        }

        float f32(int at) {
            return ByteBuffer.wrap(arguments).order(ByteOrder.nativeOrder()).getFloat(at);
        }

        /** {@code object/opcode}, the object by its place after {@link #CONNECTION}. */
        @Override
        public String toString() {
            return (object < 0 ? "s" + (object - CONNECTION) : Long.toString(object)) + "/" + opcode;
        }
    }

    ScriptedServer() {
        UnixSocket[] ends = UnixSocket.pair();
        socket = ends[1];
        try (UnixSocket client = ends[0]) {
            connection = EiConnection.connect(Fd.duplicateOf(client.fd()).release(), "tester", EnumSet.allOf(EiInterface.class),
                    losses::incrementAndGet);
        }
    }

    /** Up to a device that has everything and takes events. */
    static ScriptedServer ready() {
        ScriptedServer server = new ScriptedServer();
        server.say(0, 0, 1);
        server.say(0, 2, 5, CONNECTION, 1);
        server.say(CONNECTION, 1, SEAT, 1);
        for (EiInterface type : EiInterface.values()) {
            server.say(SEAT, 2, 1L << type.ordinal() + 3, type.protocolName);
        }
        server.say(SEAT, 3);
        server.say(SEAT, 4, DEVICE, 2);
        server.say(DEVICE, 1, "all");
        for (EiInterface type : EiInterface.values()) {
            server.say(DEVICE, 5, INTERFACES + type.ordinal(), type.protocolName, 1);
        }
        server.say(DEVICE, 4, 10, 20, 1280, 720, 1.5f);
        server.say(DEVICE, 6);
        server.say(DEVICE, 7, 6);
        if (!server.connection.await(Duration.ofSeconds(10))) {
            throw new AssertionError("the client is not ready: " + server.connection.usable());
        }
        server.hear(DEVICE, 1);
        return server;
    }

    EiDevice device() {
        return connection.first(EiInterface.KEYBOARD).orElseThrow();
    }

    static byte[] event(long object, int opcode, Object... arguments) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (Object argument : arguments) {
            ByteBuffer number = ByteBuffer.allocate(8).order(ByteOrder.nativeOrder());
            switch (argument) {
                case Integer i -> body.write(number.putInt(i).array(), 0, 4);
                case Float f -> body.write(number.putFloat(f).array(), 0, 4);
                case Long l -> body.write(number.putLong(l).array(), 0, 8);
                default -> {
                    byte[] text = (argument + "\0").getBytes(StandardCharsets.UTF_8);
                    body.write(number.putInt(text.length).array(), 0, 4);
                    body.writeBytes(Arrays.copyOf(text, text.length + 3 & ~3));
                }
            }
        }
        return ByteBuffer.allocate(16 + body.size()).order(ByteOrder.nativeOrder()).putLong(object).putInt(16 + body.size())
                .putInt(opcode).put(body.toByteArray()).array();
    }

    void say(long object, int opcode, Object... arguments) {
        send(event(object, opcode, arguments));
    }

    void send(byte[] bytes, int... descriptors) {
        MemorySegment out = arena.allocate(Math.max(1, bytes.length));
        MemorySegment.copy(bytes, 0, out, ValueLayout.JAVA_BYTE, 0, bytes.length);
        int sent = 0;
        long deadline = System.nanoTime() + LIMIT_NANOS;
        // Who has failed does not read.
        while (sent < bytes.length && connection.failure().isEmpty()) {
            int n = socket.send(out, sent, bytes.length - sent, descriptors, sent == 0 ? descriptors.length : 0);
            sent += Math.max(0, n);
            if (System.nanoTime() > deadline) {
                throw new AssertionError("the client does not read");
            }
        }
    }

    private void receive() {
        int n = socket.receive(in, 0, in.byteSize(), fds, 0);
        if (n <= 0) {
            return;
        }
        int before = rest.length;
        rest = Arrays.copyOf(rest, before + n);
        MemorySegment.copy(in, ValueLayout.JAVA_BYTE, 0, rest, before, n);
        int at = 0;
        ByteBuffer all = ByteBuffer.wrap(rest).order(ByteOrder.nativeOrder());
        while (rest.length - at >= 16 && rest.length - at >= all.getInt(at + 8)) {
            int size = all.getInt(at + 8);
            heard.add(new Request(all.getLong(at), all.getInt(at + 12), Arrays.copyOfRange(rest, at + 16, at + size)));
            at += size;
        }
        rest = Arrays.copyOfRange(rest, at, rest.length);
    }

    /** All that came so far. */
    List<Request> heard() {
        receive();
        return heard;
    }

    /** All that came so far, once. */
    List<Request> take() {
        List<Request> taken = List.copyOf(heard());
        heard.clear();
        return taken;
    }

    /** Waits for the next such request and forgets those up to it. */
    Request hear(long object, int opcode) {
        Request[] found = new Request[1];
        await(() -> {
            receive();
            for (int i = 0; i < heard.size() && found[0] == null; i++) {
                if (heard.get(i).object == object && heard.get(i).opcode == opcode) {
                    found[0] = heard.get(i);
                    heard.subList(0, i + 1).clear();
                }
            }
            return found[0] != null;
        }, "no request " + opcode + " of " + Long.toHexString(object));
        return found[0];
    }

    static void await(BooleanSupplier condition, String what) {
        long deadline = System.nanoTime() + LIMIT_NANOS;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError(what);
            }
            LockSupport.parkNanos(1_000_000);
        }
    }

    /** Waits until the connection has failed. */
    String failure() {
        await(() -> connection.failure().isPresent(), "the connection does not fail");
        return connection.failure().get();
    }

    /** Hangs up. */
    void end() {
        socket.close();
    }

    @Override
    public void close() {
        connection.close();
        socket.close();
        arena.close();
    }
}
