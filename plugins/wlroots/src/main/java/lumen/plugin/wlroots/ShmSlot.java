package lumen.plugin.wlroots;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;
import lumen.posix.Fd;
import lumen.posix.Mapping;
import lumen.posix.Memfd;
import lumen.spi.BufferSlot;
import lumen.spi.CapturedFrame;
import lumen.spi.ColorInfo;
import lumen.spi.Damage;
import lumen.spi.PixelFormat;
import lumen.wayland.EventHandler;
import lumen.wayland.Proxy;
import lumen.wayland.WaylandProtocol;

/** One shared-memory buffer that the compositor copies frames into, and the frame in it. */
final class ShmSlot implements BufferSlot.Memory, CapturedFrame {
    /** Nobody uses it. */
    static final int FREE = 0;
    /** The compositor writes into it. */
    static final int FILLING = 1;
    /** Holds the newest frame, not polled yet. */
    static final int READY = 2;
    /** Polled and not released. */
    static final int HELD = 3;
    /** Of a shape that is over; the importers have yet to be told. */
    static final int LEAVING = 4;
    /** The importers have forgotten it: its memory may go. */
    static final int GONE = 5;

    private final PixelFormat format;
    private final int width;
    private final int height;
    private final int stride;
    private final Mapping mapping;
    private final Proxy buffer;
    private final AtomicInteger state = new AtomicInteger(FREE);
    private final Damage damage = new Damage();
    private long timestampNanos;
    private int epoch;

    /** Allocates the memory and tells the compositor of it; on the capture thread. */
    ShmSlot(Proxy shm, PixelFormat format, int shmFormat, int width, int height, int stride) {
        this.format = format;
        this.width = width;
        this.height = height;
        this.stride = stride;
        int size = Math.multiplyExact(stride, height);
        // Nobody can shrink it, so neither side can fault.
        try (Fd memory = Memfd.create("lumen-capture", size, Memfd.SEAL_SHRINK | Memfd.SEAL_GROW)) {
            mapping = Mapping.of(memory.value(), size, true);
            Proxy pool = shm.child(WaylandProtocol.SHM_POOL, EventHandler.NONE);
            shm.request(WaylandProtocol.SHM_CREATE_POOL).newId(pool).fd(memory.value()).i32(size).send();
            buffer = pool.child(WaylandProtocol.BUFFER, EventHandler.NONE);
            pool.request(WaylandProtocol.SHM_POOL_CREATE_BUFFER).newId(buffer).i32(0).i32(width).i32(height).i32(stride)
                    .u32(shmFormat).send();
            pool.destroy(WaylandProtocol.SHM_POOL_DESTROY);
        }
    }

    Proxy buffer() {
        return buffer;
    }

    int state() {
        return state.get();
    }

    void state(int next) {
        state.set(next);
    }

    boolean fits(PixelFormat wantedFormat, int wantedWidth, int wantedHeight, int wantedStride) {
        return format == wantedFormat && width == wantedWidth && height == wantedHeight && stride == wantedStride;
    }

    void stamp(long nanos, int captureEpoch) {
        timestampNanos = nanos;
        epoch = captureEpoch;
    }

    int epoch() {
        return epoch;
    }

    /** Gives the memory back; the slot must be free, or the capture over. */
    void free() {
        buffer.destroy(WaylandProtocol.BUFFER_DESTROY);
        mapping.close();
    }

    /** Unmaps only: the connection is gone. */
    void unmap() {
        mapping.close();
    }

    @Override
    public PixelFormat format() {
        return format;
    }

    @Override
    public int width() {
        return width;
    }

    @Override
    public int height() {
        return height;
    }

    @Override
    public MemorySegment pixels() {
        return mapping.segment();
    }

    @Override
    public int stride() {
        return stride;
    }

    @Override
    public BufferSlot slot() {
        return this;
    }

    @Override
    public Damage damage() {
        return damage;
    }

    @Override
    public ColorInfo color() {
        return ColorInfo.DESKTOP;
    }

    @Override
    public long timestampNanos() {
        return timestampNanos;
    }

    @Override
    public void release() {
        state.compareAndSet(HELD, FREE);
    }
}
