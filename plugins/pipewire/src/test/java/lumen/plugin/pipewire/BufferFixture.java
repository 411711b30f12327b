package lumen.plugin.pipewire;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import lumen.pipewire.StreamBuffer;
import lumen.pipewire.pod.Spa;
import lumen.posix.Fd;
import lumen.posix.Memfd;
import lumen.spi.BufferSlot;

/** Buffers as libpipewire lays them out, of a picture each in shared memory, and what their owner is told of them. */
final class BufferFixture implements CaptureBuffer.Owner, AutoCloseable {
    static final int W = 16;
    static final int H = 8;
    static final int STRIDE = 4 * W;
    static final NegotiatedFormat FORMAT = new NegotiatedFormat(VideoFormat.of(Spa.VIDEO_FORMAT_BGRX).orElseThrow(), W, H,
            OptionalLong.empty());

    /** Addresses that went back to the stream. */
    final List<Long> queued = new ArrayList<>();
    final List<BufferSlot> gone = new ArrayList<>();
    private final List<CaptureBuffer> buffers = new ArrayList<>();
    private final List<Fd> memory = new ArrayList<>();
    private final Arena arena = Arena.ofConfined();

    /** A {@code struct pw_buffer} of libpipewire's. */
    long address() {
        Fd pixels = Memfd.create("picture", (long) STRIDE * H, 0);
        memory.add(pixels);
        MemorySegment chunk = arena.allocate(16, 8);
        MemorySegment data = arena.allocate(40, 8);
        data.set(JAVA_INT, 0, Spa.DATA_MEM_FD);
        data.set(JAVA_LONG, 8, pixels.value());
        data.set(JAVA_INT, 20, STRIDE * H);
        data.set(ADDRESS, 32, chunk);
        MemorySegment buffer = arena.allocate(24, 8);
        buffer.set(JAVA_INT, 4, 1);
        buffer.set(ADDRESS, 16, data);
        MemorySegment outer = arena.allocate(40, 8);
        outer.set(ADDRESS, 0, buffer);
        StreamBuffer.chunk(outer.address(), 0, 0, STRIDE * H, STRIDE, 0);
        return outer.address();
    }

    /** Ours, of that one. */
    CaptureBuffer buffer(long address) {
        CaptureBuffer buffer = CaptureBuffer.of(this, FORMAT, address).orElseThrow();
        buffers.add(buffer);
        return buffer;
    }

    Optional<CaptureBuffer> some(long address) {
        return Optional.of(buffer(address));
    }

    /** One that the stream has handed out, with a picture of that time in it. */
    CaptureBuffer filled(long nanos) {
        CaptureBuffer buffer = buffer(address());
        buffer.takeOut();
        CaptureEvent wrong = buffer.accept(nanos);
        if (wrong != null) {
            throw new AssertionError(wrong);
        }
        return buffer;
    }

    @Override
    public void queue(long address) {
        queued.add(address);
    }

    @Override
    public void slotGone(CaptureBuffer buffer, BufferSlot slot) {
        gone.add(slot);
    }

    @Override
    public void release(CaptureBuffer frame) {
        throw new AssertionError("nobody was handed a frame");
    }

    @Override
    public void close() {
        buffers.forEach(CaptureBuffer::drop);
        memory.forEach(Fd::close);
        arena.close();
    }
}
