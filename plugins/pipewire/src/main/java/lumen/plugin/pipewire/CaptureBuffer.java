package lumen.plugin.pipewire;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
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
 * that reads the picture, the importers that have not forgotten the slot yet. Everything but the values of a delivered
 * frame is guarded by the loop's lock.
 */
final class CaptureBuffer implements CapturedFrame {
    private static final int MAX_PLANES = 4;

    private final PipewireCapturer owner;
    private final NegotiatedFormat format;
    private final int type;
    private final Fd[] fds;
    private final Optional<Mapping> mapping;
    /** For memory that libpipewire maps and unmaps itself: a copy that outlives it. */
    private final Optional<Arena> copyArena;
    private final Damage damage = new Damage();
    private final long pointer;
    private final long mapOffset;
    private final long maxSize;
    private MemorySegment copy = MemorySegment.NULL;
    private BufferSlot slot;
    private int slotOffset;
    private int slotStride;
    private long address;
    private int references = 1;
    private long timestampNanos;

    private CaptureBuffer(PipewireCapturer owner, NegotiatedFormat format, long address, int type, Fd[] fds, Optional<Mapping> mapping) {
        this.owner = owner;
        this.format = format;
        this.address = address;
        this.type = type;
        this.fds = fds;
        this.mapping = mapping;
        copyArena = type == Spa.DATA_MEM_PTR ? Optional.of(Arena.ofShared()) : Optional.empty();
        pointer = StreamBuffer.pointer(address, 0);
        mapOffset = StreamBuffer.mapOffset(address, 0);
        maxSize = StreamBuffer.maxSize(address, 0);
    }

    /** Takes what is needed of a new buffer; empty if it has no usable memory. Loop thread. */
    static Optional<CaptureBuffer> of(PipewireCapturer owner, NegotiatedFormat format, long address) {
        int planes = StreamBuffer.datas(address);
        int type = planes < 1 ? 0 : StreamBuffer.type(address, 0);
        boolean dmabuf = type == Spa.DATA_DMA_BUF;
        boolean known = dmabuf || type == Spa.DATA_MEM_FD || type == Spa.DATA_MEM_PTR && StreamBuffer.pointer(address, 0) != 0;
        if (!known || planes > (dmabuf ? MAX_PLANES : 1)) {
            return Optional.empty();
        }
        Fd[] fds = new Fd[dmabuf ? planes : 0];
        try {
            for (int plane = 0; plane < fds.length; plane++) {
                fds[plane] = Fd.duplicateOf(StreamBuffer.fd(address, plane));
            }
            Optional<Mapping> mapping = type != Spa.DATA_MEM_FD ? Optional.empty() : Optional.of(Mapping.of(StreamBuffer.fd(address, 0),
                    StreamBuffer.mapOffset(address, 0) + StreamBuffer.maxSize(address, 0), false));
            return Optional.of(new CaptureBuffer(owner, format, address, type, fds, mapping));
        } catch (PosixException e) {
            for (Fd fd : fds) {
                if (fd != null) {
                    fd.close();
                }
            }
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
        int stride = StreamBuffer.chunkStride(address, 0);
        int offset = StreamBuffer.chunkOffset(address, 0);
        int size = StreamBuffer.chunkSize(address, 0);
        if (stride == 0) {
            stride = row;
        }
        if (stride < row) {
            return CaptureEvent.BAD_STRIDE;
        }
        long span = (long) stride * (format.height() - 1) + row;
        // A size of 0 is one that the producer left unset. The padding of the last row need not exist.
        if (offset < 0 || size < 0 || size != 0 && size < span || type != Spa.DATA_DMA_BUF && offset + span > maxSize) {
            return CaptureEvent.BAD_SIZE;
        }
        if (slot == null || offset != slotOffset || stride != slotStride) {
            if (slot != null) {
                owner.slotGone(this, slot);
            }
            slot = makeSlot(offset, stride, size, span);
            slotOffset = offset;
            slotStride = stride;
        }
        if (!copy.equals(MemorySegment.NULL)) {
            MemorySegment.copy(StreamBuffer.bytes(pointer + offset, span), 0, copy, 0, span);
        }
        timestampNanos = nanos;
        return null;
    }

    private BufferSlot makeSlot(int offset, int stride, int size, long span) {
        if (type == Spa.DATA_DMA_BUF) {
            int[] offsets = new int[fds.length];
            int[] strides = new int[fds.length];
            for (int plane = 0; plane < fds.length; plane++) {
                offsets[plane] = (int) StreamBuffer.mapOffset(address, plane) + StreamBuffer.chunkOffset(address, plane);
                strides[plane] = plane == 0 ? stride : StreamBuffer.chunkStride(address, plane);
            }
            return new DmabufSlot(format, fds, offsets, strides, size, format.modifier().orElse(ImportOffer.LINEAR));
        }
        if (copyArena.isPresent()) {
            copy = copyArena.get().allocate(span, 64);
            return new MemorySlot(format, copy, stride);
        }
        return new MemorySlot(format, mapping.orElseThrow().segment().asSlice(mapOffset + offset, span), stride);
    }

    /** {@code struct pw_buffer}; 0 once the stream has dropped it. */
    long address() {
        return address;
    }

    /** The stream has dropped the buffer. */
    void removed() {
        address = 0;
        if (slot != null) {
            owner.slotGone(this, slot);
        }
        drop();
    }

    void retain() {
        references++;
    }

    void drop() {
        if (--references == 0) {
            for (Fd fd : fds) {
                fd.close();
            }
            mapping.ifPresent(Mapping::close);
            copyArena.ifPresent(Arena::close);
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

    private record MemorySlot(NegotiatedFormat negotiated, MemorySegment pixels, int stride) implements BufferSlot.Memory {
        @Override
        public lumen.spi.PixelFormat format() {
            return negotiated.format().pixels();
        }

        @Override
        public int width() {
            return negotiated.width();
        }

        @Override
        public int height() {
            return negotiated.height();
        }

        /** Importers know slots by identity. */
        @Override
        public boolean equals(Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }
    }

    private record DmabufSlot(NegotiatedFormat negotiated, Fd[] fds, int[] offsets, int[] strides, int chunkSize, long modifier)
            implements BufferSlot.Dmabuf {
        @Override
        public lumen.spi.PixelFormat format() {
            return negotiated.format().pixels();
        }

        @Override
        public int width() {
            return negotiated.width();
        }

        @Override
        public int height() {
            return negotiated.height();
        }

        @Override
        public int planes() {
            return fds.length;
        }

        @Override
        public int fd(int plane) {
            return fds[plane].value();
        }

        @Override
        public int offset(int plane) {
            return offsets[plane];
        }

        @Override
        public int stride(int plane) {
            return strides[plane];
        }

        @Override
        public boolean equals(Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }
    }
}
