package lumen.spi;

import java.lang.foreign.MemorySegment;

/**
 * One buffer a capturer delivers frames in. The same object comes back each time the buffer is reused,
 * so importers may cache by identity until {@link FrameImporter#forget}.
 */
public sealed interface BufferSlot {

    /** Pixel layout. */
    PixelFormat format();

    /** Width in pixels. */
    int width();

    /** Height in pixels. */
    int height();

    /** Pixels in memory this process can read. The capturer owns the memory. */
    non-sealed interface Memory extends BufferSlot {
        /** Off-heap memory; the first pixel is at offset 0. */
        MemorySegment pixels();

        /** Bytes from one row to the next. */
        int stride();
    }

    /** A dmabuf. The capturer owns the descriptors; an importer that keeps one holds its own dup. */
    non-sealed interface Dmabuf extends BufferSlot {
        /** DRM format modifier; 0 is LINEAR. */
        long modifier();

        /** Number of planes, 1 to 4. */
        int planes();

        /** File descriptor of a plane. */
        int fd(int plane);

        /** Byte offset of a plane in its dmabuf. */
        int offset(int plane);

        /** Bytes from one row of a plane to the next. */
        int stride(int plane);

        /**
         * Bytes of pixel data in the frame. 0 means that the producer left it unset and the span follows
         * from stride and height.
         */
        int chunkSize();
    }
}
