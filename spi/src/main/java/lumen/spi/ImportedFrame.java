package lumen.spi;

import java.lang.foreign.MemorySegment;
import java.util.UUID;

/** A frame in a form an encoder can read. Reused by its importer. */
public sealed interface ImportedFrame {

    /** Which of the kinds below this is. */
    FrameKind kind();

    PixelFormat format();

    /** Width in pixels. */
    int width();

    /** Height in pixels. */
    int height();

    ColorInfo color();

    /** True if the captured frame is no longer needed: its buffer may go back to the compositor at once. */
    default boolean detached() {
        return false;
    }

    /** Nobody reads the pixels any more, GPUs included. */
    void release();

    /** Pixels in memory the CPU can read. */
    non-sealed interface SystemMemory extends ImportedFrame {
        @Override
        default FrameKind kind() {
            return FrameKind.SYSTEM_MEMORY;
        }

        /** Off-heap memory; the first pixel is at offset 0. */
        MemorySegment pixels();

        /** Bytes from one row to the next. */
        int stride();
    }

    /**
     * Pixels in a CUDA device's memory, in the device's primary context, which all backends share.
     */
    non-sealed interface CudaMemory extends ImportedFrame {
        @Override
        default FrameKind kind() {
            return FrameKind.CUDA_MEMORY;
        }

        /** The device ({@code cuDeviceGetUuid}). */
        UUID device();

        /** {@code CUdeviceptr} of the first pixel. */
        long pointer();

        /** Bytes from one row to the next. */
        int pitch();

        /** {@code CUevent} that the reader's stream waits for before it reads; 0: the pixels are complete. */
        long ready();
    }

    /** The compositor's own buffer, which the encoder imports itself and which stays held until it has encoded it. */
    non-sealed interface DmabufPassthrough extends ImportedFrame {
        @Override
        default FrameKind kind() {
            return FrameKind.DMABUF;
        }

        /** The buffer, the same object each time it comes round; encoders cache by it. */
        BufferSlot.Dmabuf buffer();
    }
}
