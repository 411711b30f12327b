package lumen.plugin.ffmpeg;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import lumen.plugin.ffmpeg.color.Memory;
import lumen.spi.VideoCodec;

/**
 * Where an access unit is laid out for its sink. A segment of each size is made beforehand, because a
 * segment made per frame would be garbage per frame: sizes are rounded up to {@link #STEP} with the
 * trailing zero bytes that Annex B allows (ITU-T H.264 B.1, H.265 B.1), or AV1's padding unit (AV1 5.7).
 *
 * <p>In front of an IDR slice of H.264 only parameter sets are kept: a client looks for the slice in the first
 * packet, and x264's version message would take 700 of its bytes.
 */
final class AccessUnitBuffer implements AutoCloseable {
    /** Bytes between two sizes; at 60 frames/s the zeros cost 15 kbit/s, in packets padded anyway. */
    static final int STEP = 64;
    private static final int NAL_SLICE = 1;
    private static final int NAL_IDR = 5;
    private static final int NAL_SPS = 7;
    private static final int NAL_PPS = 8;

    /** A unit of type padding that has a size field. */
    private static final byte OBU_PADDING = 15 << 3 | 2;

    private final VideoCodec codec;
    private Arena arena;
    private MemorySegment memory;
    private MemorySegment[] bySize;

    AccessUnitBuffer(VideoCodec codec, int capacity) {
        this.codec = codec;
        allocate(capacity);
    }

    /** Makes sure that access units of that many bytes fit. */
    void reserve(int capacity) {
        if (capacity > memory.byteSize()) {
            arena.close();
            allocate(capacity);
        }
    }

    private void allocate(int capacity) {
        int steps = Math.ceilDiv(capacity, STEP);
        arena = Arena.ofShared();
        memory = arena.allocate((long) steps * STEP, STEP);
        bySize = new MemorySegment[steps + 1];
        for (int i = 0; i < bySize.length; i++) {
            bySize[i] = memory.asSlice(0, (long) i * STEP);
        }
    }

    /** Lays out the access unit at an address; the result is valid until the next call. */
    MemorySegment layOut(long data, int size, boolean idr) {
        // Two steps more, for padding.
        if (size > memory.byteSize() - 2 * STEP) {
            reserve(Math.max(size + 2 * STEP, (int) Math.min(Integer.MAX_VALUE - STEP, 2 * memory.byteSize())));
        }
        int written = 0;
        int slices = idr && codec == VideoCodec.H264 ? firstSlice(data, size) : 0;
        for (int nal = 0; nal < slices; ) {
            int next = nextStartCode(data, nal + 3, slices);
            int type = nalType(data, nal);
            if (type == NAL_SPS || type == NAL_PPS) {
                MemorySegment.copy(Memory.ALL, data + nal, memory, written, next - nal);
                written += next - nal;
            }
            nal = next;
        }
        MemorySegment.copy(Memory.ALL, data + slices, memory, written, size - slices);
        written += size - slices;
        return bySize[pad(written)];
    }

    /** Fills up to a whole number of steps, and tells how many those are. */
    private int pad(int written) {
        int step = Math.ceilDiv(written, STEP);
        if (codec == VideoCodec.AV1 && step * STEP - written == 1) {
            // The smallest unit has two bytes.
            step++;
        }
        int padding = step * STEP - written;
        for (int i = written; i < step * STEP; i++) {
            memory.set(JAVA_BYTE, i, (byte) 0);
        }
        if (codec == VideoCodec.AV1 && padding > 0) {
            memory.set(JAVA_BYTE, written, OBU_PADDING);
            // LEB128; at most STEP - 1 and so one byte.
            memory.set(JAVA_BYTE, written + 1L, (byte) (padding - 2));
            if (padding > 2) {
                memory.set(JAVA_BYTE, step * STEP - 1L, (byte) 0x80);
            }
        }
        return step;
    }

    /** Offset of the first slice's start code. */
    private static int firstSlice(long data, int size) {
        int nal = nextStartCode(data, 0, size);
        while (nal < size) {
            int type = nalType(data, nal);
            if (type >= NAL_SLICE && type <= NAL_IDR) {
                return nal;
            }
            nal = nextStartCode(data, nal + 3, size);
        }
        return 0;
    }

    /** Offset of the next start code, its leading zero byte included; {@code size} if there is none. */
    private static int nextStartCode(long data, int from, int size) {
        for (int i = from; i + 3 < size; i++) {
            if (at(data, i) == 0 && at(data, i + 1) == 0
                    && (at(data, i + 2) == 1 || at(data, i + 2) == 0 && at(data, i + 3) == 1)) {
                return i;
            }
        }
        return size;
    }

    private static int nalType(long data, int startCode) {
        return at(data, startCode + (at(data, startCode + 2) == 1 ? 3 : 4)) & 0x1F;
    }

    private static byte at(long data, int offset) {
        return Memory.ALL.get(JAVA_BYTE, data + offset);
    }

    @Override
    public void close() {
        arena.close();
    }
}
