package lumen.spi;

import java.lang.foreign.MemorySegment;

/** A frame in a form an encoder can read. Reused by its importer. */
public sealed interface ImportedFrame {

    PixelFormat format();

    int width();

    int height();

    ColorInfo color();

    /** The encoder is done with the pixels. */
    void release();

    /** Pixels in memory the CPU can read. */
    non-sealed interface SystemMemory extends ImportedFrame {
        /** Off-heap memory; the first pixel is at offset 0. */
        MemorySegment pixels();

        /** Bytes from one row to the next. */
        int stride();
    }
}
