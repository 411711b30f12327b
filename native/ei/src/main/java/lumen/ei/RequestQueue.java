package lumen.ei;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/**
 * Requests on their way to a server, of bounded length. Allocates nothing but for texts. What may be lost without harm
 * leaves {@link #RESERVE} bytes for what may not. Guarded by its connection.
 */
final class RequestQueue implements AutoCloseable {
    /** Seconds of pointer moves, beyond what the kernel holds. */
    static final int CAPACITY = 64 * 1024;
    /** Enough to let go of every key there is, each in a frame of its own. */
    static final int RESERVE = 48 * 1024;
    static final int HEADER = 16;

    // Requests follow each other without padding, so that a u64 may lie anywhere.
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

    /** Takes bytes away. */
    interface Sender {
        /** How many of {@code length} bytes from {@code offset} on were taken; negative: none for now. */
        int send(MemorySegment bytes, long offset, long length);
    }

    private final Arena arena = Arena.ofShared();
    private final MemorySegment bytes = arena.allocate(CAPACITY, 8);
    private int head;
    private int tail;

    /** True if that much may be queued now. */
    boolean fits(int size, boolean vital) {
        return tail - head + size <= (vital ? CAPACITY : CAPACITY - RESERVE);
    }

    /** Begins a request whose arguments must follow; {@link #fits} has said yes. */
    RequestQueue begin(long object, int opcode, int argumentBytes) {
        int size = HEADER + argumentBytes;
        if (tail + size > CAPACITY) {
            MemorySegment.copy(bytes, head, bytes, 0, tail - head);
            tail -= head;
            head = 0;
        }
        return i64(object).i32(size).i32(opcode);
    }

    RequestQueue i32(int value) {
        bytes.set(INT, tail, value);
        tail += 4;
        return this;
    }

    RequestQueue i64(long value) {
        bytes.set(LONG, tail, value);
        tail += 8;
        return this;
    }

    RequestQueue f32(float value) {
        bytes.set(FLOAT, tail, value);
        tail += 4;
        return this;
    }

    /** Bytes that {@link #text} takes. */
    static int sizeOf(String text) {
        return 4 + (text.getBytes(StandardCharsets.UTF_8).length + 1 + 3 & ~3);
    }

    RequestQueue text(String text) {
        byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
        i32(encoded.length + 1);
        MemorySegment.copy(encoded, 0, bytes, ValueLayout.JAVA_BYTE, tail, encoded.length);
        int end = tail + (encoded.length + 1 + 3 & ~3);
        bytes.asSlice(tail + encoded.length, end - tail - encoded.length).fill((byte) 0);
        tail = end;
        return this;
    }

    boolean isEmpty() {
        return head == tail;
    }

    /** True if all is gone. */
    boolean sendTo(Sender sender) {
        while (head < tail) {
            int n = sender.send(bytes, head, tail - head);
            if (n < 0) {
                return false;
            }
            head += n;
        }
        head = 0;
        tail = 0;
        return true;
    }

    @Override
    public void close() {
        arena.close();
    }
}
