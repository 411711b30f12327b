package lumen.pipewire;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.MemorySegment;

/**
 * Reads {@code struct pw_buffer} and what hangs on it ({@code spa/buffer/buffer.h}, {@code spa/buffer/meta.h}) by address.
 * Structures are libpipewire's own and sound; chunks and metadata lie in memory that the producer writes to at any time, so
 * each value is read once and checked by the caller. Allocates nothing.
 */
public final class StreamBuffer {
    static final int PW_BUFFER = 0;
    static final int PW_USER_DATA = 8;
    static final int N_METAS = 0;
    static final int N_DATAS = 4;
    static final int METAS = 8;
    static final int DATAS = 16;
    static final int SIZEOF_META = 16;
    static final int META_TYPE = 0;
    static final int META_SIZE = 4;
    static final int META_DATA = 8;
    static final int SIZEOF_DATA = 40;
    static final int DATA_TYPE = 0;
    static final int DATA_FD = 8;
    static final int DATA_MAPOFFSET = 16;
    static final int DATA_MAXSIZE = 20;
    static final int DATA_DATA = 24;
    static final int DATA_CHUNK = 32;
    static final int CHUNK_OFFSET = 0;
    static final int CHUNK_SIZE = 4;
    static final int CHUNK_STRIDE = 8;
    static final int CHUNK_FLAGS = 12;

    /** {@code SPA_CHUNK_FLAG_CORRUPTED}. */
    public static final int CHUNK_CORRUPTED = 1;

    private static final MemorySegment MEMORY = LibPipewire.MEMORY;

    private StreamBuffer() {
    }

    /** What was put there by {@link #userData(long, long)}; 0 at first. */
    public static long userData(long buffer) {
        return MEMORY.get(JAVA_LONG, buffer + PW_USER_DATA);
    }

    public static void userData(long buffer, long value) {
        MEMORY.set(JAVA_LONG, buffer + PW_USER_DATA, value);
    }

    /** Number of data blocks: planes. */
    public static int datas(long buffer) {
        return MEMORY.get(JAVA_INT, spa(buffer) + N_DATAS);
    }

    /** A block's {@code enum spa_data_type}. */
    public static int type(long buffer, int plane) {
        return MEMORY.get(JAVA_INT, data(buffer, plane) + DATA_TYPE);
    }

    /** A block's descriptor, owned by libpipewire; -1 if it has none. */
    public static int fd(long buffer, int plane) {
        return (int) MEMORY.get(JAVA_LONG, data(buffer, plane) + DATA_FD);
    }

    /** Where a block begins in its descriptor's memory, in bytes. */
    public static long mapOffset(long buffer, int plane) {
        return Integer.toUnsignedLong(MEMORY.get(JAVA_INT, data(buffer, plane) + DATA_MAPOFFSET));
    }

    /** Bytes of a block. */
    public static long maxSize(long buffer, int plane) {
        return Integer.toUnsignedLong(MEMORY.get(JAVA_INT, data(buffer, plane) + DATA_MAXSIZE));
    }

    /** Where a block is mapped, if it is; else 0. */
    public static long pointer(long buffer, int plane) {
        return MEMORY.get(JAVA_LONG, data(buffer, plane) + DATA_DATA);
    }

    /** Byte offset of the valid part within its block. */
    public static int chunkOffset(long buffer, int plane) {
        return MEMORY.get(JAVA_INT, chunk(buffer, plane) + CHUNK_OFFSET);
    }

    /** Bytes of the valid part. */
    public static int chunkSize(long buffer, int plane) {
        return MEMORY.get(JAVA_INT, chunk(buffer, plane) + CHUNK_SIZE);
    }

    /** Bytes from one row to the next. */
    public static int chunkStride(long buffer, int plane) {
        return MEMORY.get(JAVA_INT, chunk(buffer, plane) + CHUNK_STRIDE);
    }

    /** Of {@link #CHUNK_CORRUPTED} and its like. */
    public static int chunkFlags(long buffer, int plane) {
        return MEMORY.get(JAVA_INT, chunk(buffer, plane) + CHUNK_FLAGS);
    }

    /** Sets the valid part, as a producer does. */
    public static void chunk(long buffer, int plane, int offset, int size, int stride, int flags) {
        long chunk = chunk(buffer, plane);
        MEMORY.set(JAVA_INT, chunk + CHUNK_OFFSET, offset);
        MEMORY.set(JAVA_INT, chunk + CHUNK_SIZE, size);
        MEMORY.set(JAVA_INT, chunk + CHUNK_STRIDE, stride);
        MEMORY.set(JAVA_INT, chunk + CHUNK_FLAGS, flags);
    }

    /** Address of a metadata's memory of at least so many bytes; 0 if the buffer has none. */
    public static long meta(long buffer, int type, int least) {
        long spa = spa(buffer);
        long meta = MEMORY.get(JAVA_LONG, spa + METAS);
        int count = MEMORY.get(JAVA_INT, spa + N_METAS);
        for (int i = 0; i < count; i++, meta += SIZEOF_META) {
            if (MEMORY.get(JAVA_INT, meta + META_TYPE) == type) {
                return MEMORY.get(JAVA_INT, meta + META_SIZE) >= least ? MEMORY.get(JAVA_LONG, meta + META_DATA) : 0;
            }
        }
        return 0;
    }

    /** Bytes of a metadata's memory; 0 if the buffer has none. */
    public static int metaSize(long buffer, int type) {
        long spa = spa(buffer);
        long meta = MEMORY.get(JAVA_LONG, spa + METAS);
        int count = MEMORY.get(JAVA_INT, spa + N_METAS);
        for (int i = 0; i < count; i++, meta += SIZEOF_META) {
            if (MEMORY.get(JAVA_INT, meta + META_TYPE) == type) {
                return MEMORY.get(JAVA_INT, meta + META_SIZE);
            }
        }
        return 0;
    }

    /** A 32-bit value of native memory, aligned or not. */
    public static int int32(long address) {
        return MEMORY.get(JAVA_INT_UNALIGNED, address);
    }

    /** A 64-bit value of native memory, aligned or not. */
    public static long int64(long address) {
        return MEMORY.get(JAVA_LONG_UNALIGNED, address);
    }

    /** Copies bytes of native memory, which must stay meanwhile. */
    public static void copy(long address, MemorySegment into, long offset, long bytes) {
        MemorySegment.copy(MEMORY, address, into, offset, bytes);
    }

    /** So many bytes of native memory; whoever reads them makes sure that they stay. */
    public static MemorySegment bytes(long address, long size) {
        return MEMORY.asSlice(address, size);
    }

    private static long spa(long buffer) {
        return MEMORY.get(JAVA_LONG, buffer + PW_BUFFER);
    }

    private static long data(long buffer, int plane) {
        return MEMORY.get(JAVA_LONG, spa(buffer) + DATAS) + (long) plane * SIZEOF_DATA;
    }

    private static long chunk(long buffer, int plane) {
        return MEMORY.get(JAVA_LONG, data(buffer, plane) + DATA_CHUNK);
    }
}
