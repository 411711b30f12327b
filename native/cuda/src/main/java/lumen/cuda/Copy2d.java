package lumen.cuda;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** What to copy ({@code CUDA_MEMCPY2D}): filled once, changed and used for each frame. One thread. */
public final class Copy2d implements AutoCloseable {
    static final long SIZEOF = 128;
    static final long SRC_X_IN_BYTES = 0;
    static final long SRC_Y = 8;
    static final long SRC_MEMORY_TYPE = 16;
    static final long SRC_HOST = 24;
    static final long SRC_DEVICE = 32;
    static final long SRC_ARRAY = 40;
    static final long SRC_PITCH = 48;
    static final long DST_X_IN_BYTES = 56;
    static final long DST_Y = 64;
    static final long DST_MEMORY_TYPE = 72;
    static final long DST_HOST = 80;
    static final long DST_DEVICE = 88;
    static final long DST_ARRAY = 96;
    static final long DST_PITCH = 104;
    static final long WIDTH_IN_BYTES = 112;
    static final long HEIGHT = 120;
    static final int HOST = 1;
    static final int DEVICE = 2;
    static final int ARRAY = 3;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment struct = arena.allocate(SIZEOF, 8);

    MemorySegment struct() {
        return struct;
    }

    /** Bytes of a row, and rows. */
    public Copy2d size(long widthInBytes, long height) {
        struct.set(JAVA_LONG, WIDTH_IN_BYTES, widthInBytes);
        struct.set(JAVA_LONG, HEIGHT, height);
        return this;
    }

    /** From device memory. */
    public Copy2d fromDevice(long pointer, long pitch) {
        struct.set(JAVA_INT, SRC_MEMORY_TYPE, DEVICE);
        struct.set(JAVA_LONG, SRC_DEVICE, pointer);
        struct.set(JAVA_LONG, SRC_PITCH, pitch);
        return this;
    }

    /** From host memory, at an address. */
    public Copy2d fromHost(long address, long pitch) {
        struct.set(JAVA_INT, SRC_MEMORY_TYPE, HOST);
        struct.set(JAVA_LONG, SRC_HOST, address);
        struct.set(JAVA_LONG, SRC_PITCH, pitch);
        return this;
    }

    /** @param array {@code CUarray} */
    public Copy2d fromArray(long array) {
        struct.set(JAVA_INT, SRC_MEMORY_TYPE, ARRAY);
        struct.set(JAVA_LONG, SRC_ARRAY, array);
        return this;
    }

    /** Into device memory. */
    public Copy2d toDevice(long pointer, long pitch) {
        struct.set(JAVA_INT, DST_MEMORY_TYPE, DEVICE);
        struct.set(JAVA_LONG, DST_DEVICE, pointer);
        struct.set(JAVA_LONG, DST_PITCH, pitch);
        return this;
    }

    /** Into host memory, at an address. */
    public Copy2d toHost(long address, long pitch) {
        struct.set(JAVA_INT, DST_MEMORY_TYPE, HOST);
        struct.set(JAVA_LONG, DST_HOST, address);
        struct.set(JAVA_LONG, DST_PITCH, pitch);
        return this;
    }

    /** @param array {@code CUarray} */
    public Copy2d toArray(long array) {
        struct.set(JAVA_INT, DST_MEMORY_TYPE, ARRAY);
        struct.set(JAVA_LONG, DST_ARRAY, array);
        return this;
    }

    /** Where the rectangle begins at both ends, in bytes of a row and rows; 0 unless set, and kept. */
    public Copy2d at(long sourceX, long sourceY, long targetX, long targetY) {
        struct.set(JAVA_LONG, SRC_X_IN_BYTES, sourceX);
        struct.set(JAVA_LONG, SRC_Y, sourceY);
        struct.set(JAVA_LONG, DST_X_IN_BYTES, targetX);
        struct.set(JAVA_LONG, DST_Y, targetY);
        return this;
    }

    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }
}
