package lumen.plugin.cpufallback;

import lumen.spi.BackendException;
import lumen.spi.PixelFormat;

/** How many bytes the rows of a picture span. */
final class PixelSpan {
    private PixelSpan() {
    }

    /**
     * From the first pixel to the last: the padding of the last row need not exist.
     *
     * @throws BackendException if the stride is shorter than a row
     */
    static long bytes(PixelFormat format, int width, int height, int stride) {
        long row = (long) width * format.bytesPerPixel();
        if (width < 1 || height < 1 || stride < row) {
            throw new BackendException(width + "x" + height + " " + format + " can't have rows of " + stride + " bytes");
        }
        return (long) stride * (height - 1) + row;
    }
}
