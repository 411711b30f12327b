package lumen.plugin.kwin;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import lumen.posix.UnixSocket;

/** The other end of a Wayland connection: offers globals, learns which ids they were bound to, and says what a test wants said. */
final class FakeKwin implements AutoCloseable {
    static final int SERVER_IDS = 0xff00_0000;
    private static final int REGISTRY = 2;
    private static final int FIRST_CALLBACK = 3;

    /** Ids by the number of the global. */
    final Map<Integer, Integer> bound = new HashMap<>();
    private final UnixSocket socket;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment out = arena.allocate(4096, 8);
    private final MemorySegment in = arena.allocate(1 << 16, 8);
    private int length;

    FakeKwin(UnixSocket socket) {
        this.socket = socket;
    }

    /** Ends the first round trip, which asks for the globals. */
    void globalsAreComplete() {
        begin().u32(0).send(FIRST_CALLBACK, 0);
        begin().u32(FIRST_CALLBACK).send(1, 1);
    }

    FakeKwin global(int number, String type, int version) {
        begin().u32(number).string(type).u32(version).send(REGISTRY, 0);
        return this;
    }

    void globalRemoved(int number) {
        begin().u32(number).send(REGISTRY, 1);
    }

    FakeKwin begin() {
        length = 8;
        return this;
    }

    FakeKwin u32(int value) {
        out.set(ValueLayout.JAVA_INT, length, value);
        length += 4;
        return this;
    }

    FakeKwin string(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        u32(bytes.length + 1);
        int padded = bytes.length + 1 + 3 & ~3;
        out.asSlice(length, padded).fill((byte) 0);
        MemorySegment.copy(bytes, 0, out, ValueLayout.JAVA_BYTE, length, bytes.length);
        length += padded;
        return this;
    }

    void send(int object, int opcode) {
        out.set(ValueLayout.JAVA_INT, 0, object);
        out.set(ValueLayout.JAVA_INT, 4, length << 16 | opcode);
        socket.send(out, 0, length, new int[0], 0);
    }

    /** Takes in what has been bound. */
    void read() {
        for (int n = socket.receive(in, 0, in.byteSize(), new int[UnixSocket.MAX_FDS], 0); n > 0;
                n = socket.receive(in, 0, in.byteSize(), new int[UnixSocket.MAX_FDS], 0)) {
            for (int at = 0; at < n; at += in.get(ValueLayout.JAVA_INT, at + 4L) >>> 16) {
                if (in.get(ValueLayout.JAVA_INT, at) == REGISTRY) {
                    int padded = in.get(ValueLayout.JAVA_INT, at + 12L) + 3 & ~3;
                    bound.put(in.get(ValueLayout.JAVA_INT, at + 8L), in.get(ValueLayout.JAVA_INT, at + 20L + padded));
                }
            }
        }
    }

    @Override
    public void close() {
        socket.close();
        arena.close();
    }
}
