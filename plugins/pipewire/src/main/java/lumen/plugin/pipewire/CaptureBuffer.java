package lumen.plugin.pipewire;

import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import lumen.pipewire.StreamBuffer;
import lumen.pipewire.pod.Spa;
import lumen.posix.Fd;
import lumen.posix.Mapping;
import lumen.posix.PosixException;
import lumen.spi.BufferSlot;
import lumen.spi.CapturedFrame;
import lumen.spi.ColorInfo;
import lumen.spi.Damage;
import lumen.spi.ImportOffer;

/**
 * One buffer of the stream and the picture in it. It has descriptors and a mapping of its own, since libpipewire drops
 * buffers whenever the compositor does; they go with the last of those who still need them: the stream, the video thread
 * that reads the picture, the importers that have not forgotten the slot yet. Everything but the count of those and the
 * values of a delivered frame is guarded by the loop's lock.
 */
final class CaptureBuffer implements CapturedFrame {
    private static final int MAX_PLANES = 4;

    private final Owner owner;
    private final NegotiatedFormat format;
    private final int type;
    private final Fd[] fds;
    private final long[] sizes;
    private final Optional<Mapping> mapping;
    /** For memory that libpipewire maps and unmaps itself: a copy that outlives it. */
    private final Optional<PictureCopy> copy;
    private final Damage damage = new Damage();
    private final long mapOffset;
    private final long maxSize;
    private final int[] offsets;
    private final int[] strides;
    private final AtomicInteger users = new AtomicInteger(1);
    private BufferSlot slot;
    private long address;
    /** The layout is not the slot's any more. */
    private boolean moved = true;
    private boolean dequeued;
    private long timestampNanos;

    /** What a buffer's capture does for it. */
    interface Owner {
        /** Gives the buffer of that address back to the stream. Under the loop's lock. */
        void queue(long address);

        /** Importers have to forget a slot of the buffer's. Under the loop's lock. */
        void slotGone(CaptureBuffer buffer, BufferSlot slot);

        /** Whoever was handed the frame has done with it. Any thread. */
        void release(CaptureBuffer frame);
    }

    private CaptureBuffer(Owner owner, NegotiatedFormat format, long address, int type, Fd[] fds, Optional<Mapping> mapping) {
        this.owner = owner;
        this.format = format;
        this.address = address;
        this.type = type;
        this.fds = fds;
        this.mapping = mapping;
        int planes = Math.max(1, fds.length);
        sizes = new long[planes];
        offsets = new int[planes];
        strides = new int[planes];
        mapOffset = StreamBuffer.mapOffset(address, 0);
        maxSize = StreamBuffer.maxSize(address, 0);
        for (int plane = 0; plane < fds.length; plane++) {
            sizes[plane] = Fd.sizeOf(fds[plane].value());
        }
        copy = type == Spa.DATA_MEM_PTR ? Optional.of(new PictureCopy(StreamBuffer.pointer(address, 0), maxSize)) : Optional.empty();
    }

    /** Takes what is needed of a new buffer; empty if it has no usable memory. Loop thread. */
    static Optional<CaptureBuffer> of(Owner owner, NegotiatedFormat format, long address) {
        int planes = StreamBuffer.datas(address);
        int type = planes < 1 ? 0 : StreamBuffer.type(address, 0);
        boolean dmabuf = type == Spa.DATA_DMA_BUF;
        if (planes < 1 || planes > (dmabuf ? MAX_PLANES : 1)) {
            return Optional.empty();
        }
        Fd[] fds = new Fd[dmabuf ? planes : 0];
        Optional<Mapping> mapping = Optional.empty();
        try {
            for (int plane = 0; plane < fds.length; plane++) {
                fds[plane] = Fd.duplicateOf(StreamBuffer.fd(address, plane));
            }
            switch (type) {
                case Spa.DATA_DMA_BUF -> { }
                case Spa.DATA_MEM_FD -> mapping = Optional.of(Mapping.of(StreamBuffer.fd(address, 0),
                        StreamBuffer.mapOffset(address, 0) + StreamBuffer.maxSize(address, 0), false));
                case Spa.DATA_MEM_PTR -> {
                    long pointer = StreamBuffer.pointer(address, 0);
                    if (pointer == 0 || !ProcessMaps.readable(pointer, StreamBuffer.maxSize(address, 0))) {
                        return Optional.empty();
                    }
                }
                default -> {
                    return Optional.empty();
                }
            }
            return Optional.of(new CaptureBuffer(owner, format, address, type, fds, mapping));
        } catch (PosixException e) {
            for (Fd fd : fds) {
                if (fd != null) {
                    fd.close();
                }
            }
            mapping.ifPresent(Mapping::close);
            return Optional.empty();
        }
    }

    /**
     * Looks at the picture that has just been put into the buffer. Loop thread. Allocates nothing unless the picture lies
     * elsewhere than the last one did.
     *
     * @return what is wrong with it, or {@code null}
     */
    CaptureEvent accept(long nanos) {
        int row = format.width() * format.format().pixels().bytesPerPixel();
        for (int plane = 0; plane < offsets.length; plane++) {
            int stride = StreamBuffer.chunkStride(address, plane);
            if (stride == 0 && plane == 0) {
                stride = row;
            }
            // Further planes are of layouts that only a GPU knows.
            if (stride < (plane == 0 ? row : 0)) {
                return CaptureEvent.BAD_STRIDE;
            }
            long chunk = Integer.toUnsignedLong(StreamBuffer.chunkOffset(address, plane));
            long offset = type == Spa.DATA_DMA_BUF ? chunk + StreamBuffer.mapOffset(address, plane) : chunk;
            if (offset > Integer.MAX_VALUE || !fits(plane, offset, stride, row)) {
                return CaptureEvent.BAD_SIZE;
            }
            moved |= offset != offsets[plane] || stride != strides[plane];
            offsets[plane] = (int) offset;
            strides[plane] = stride;
        }
        long span = span(strides[0], row);
        int size = StreamBuffer.chunkSize(address, 0);
        // 0 is a size that the producer left unset. That of a dmabuf says nothing: some put 1 there to say "not empty".
        if (type != Spa.DATA_DMA_BUF && size != 0 && Integer.toUnsignedLong(size) < span) {
            return CaptureEvent.BAD_SIZE;
        }
        if (moved) {
            moved = false;
            if (slot != null) {
                owner.slotGone(this, slot);
            }
            slot = makeSlot(span, size);
        }
        if (copy.isPresent()) {
            copy.get().take(offsets[0], span);
        }
        timestampNanos = nanos;
        return null;
    }

    /** From the first pixel to the last: the padding of the last row need not exist. */
    private long span(int stride, int row) {
        return (long) stride * (format.height() - 1) + row;
    }

    private boolean fits(int plane, long offset, int stride, int row) {
        if (type != Spa.DATA_DMA_BUF) {
            return offset + span(stride, row) <= maxSize;
        }
        if (sizes[plane] == 0) {
            // It does not tell; whoever maps it finds out.
            return true;
        }
        boolean linear = format.modifier().orElse(ImportOffer.LINEAR) == ImportOffer.LINEAR;
        return offset + (linear && plane == 0 ? span(stride, row) : 1) <= sizes[plane];
    }

    private BufferSlot makeSlot(long span, int size) {
        if (type == Spa.DATA_DMA_BUF) {
            boolean told = Integer.toUnsignedLong(size) >= span && size > 0;
            return new DmabufSlot(format, fds, offsets.clone(), strides.clone(), told ? size : 0, format.modifier().orElse(ImportOffer.LINEAR));
        }
        MemorySegment pixels = copy.isPresent() ? copy.get().room(span)
                : mapping.orElseThrow().segment().asSlice(mapOffset + offsets[0], span);
        return new MemorySlot(format, pixels, strides[0]);
    }

    /** {@code struct pw_buffer}; 0 once the stream has dropped it. */
    long address() {
        return address;
    }

    /** The stream has handed the buffer out. False if it had done so before: a producer that reuses what it was not given back. */
    boolean takeOut() {
        boolean was = dequeued;
        dequeued = true;
        return !was;
    }

    /** The buffer goes back to the stream, unless that has dropped it. */
    void giveBack() {
        if (dequeued && address != 0) {
            dequeued = false;
            owner.queue(address);
        }
    }

    /** The stream has dropped the buffer. */
    void removed() {
        address = 0;
        if (slot != null) {
            owner.slotGone(this, slot);
        }
        drop();
    }

    /** Any thread that is a user itself, or holds the lock. */
    void retain() {
        users.incrementAndGet();
    }

    /** Any thread. */
    void drop() {
        if (users.decrementAndGet() == 0) {
            for (Fd fd : fds) {
                fd.close();
            }
            mapping.ifPresent(Mapping::close);
            copy.ifPresent(PictureCopy::close);
        }
    }

    /** In words, for people. */
    String typeName() {
        return switch (type) {
            case Spa.DATA_MEM_PTR -> "MemPtr";
            case Spa.DATA_MEM_FD -> "MemFd";
            default -> "DmaBuf";
        };
    }

    @Override
    public BufferSlot slot() {
        return slot;
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
        owner.release(this);
    }
}
