package lumen.plugin.ffmpeg;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import lumen.spi.BackendException;
import lumen.spi.PixelFormat;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.ffmpeg.global.swscale;
import org.bytedeco.ffmpeg.swscale.SwsContext;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.PointerPointer;

/** Scales frames of one foreign size and format to the encoder's picture with swscale. */
final class FrameScaler implements AutoCloseable {
    private final int width;
    private final int height;
    private final PixelFormat format;
    private final SwsContext context;
    private final PointerPointer<BytePointer> source = new PointerPointer<>(4);
    private final PointerPointer<BytePointer> target = new PointerPointer<>(4);
    private final IntPointer sourceStride = new IntPointer(4);
    private final IntPointer targetStride = new IntPointer(4);
    private final MemorySegment sourceFields;
    private final MemorySegment sourceStrideFields;

    FrameScaler(int width, int height, PixelFormat format, Picture picture, VideoSignal signal) {
        this.width = width;
        this.height = height;
        this.format = format;
        int targetWidth = picture.width();
        int targetHeight = picture.height();
        context = swscale.sws_getContext(width, height, pixelFormat(format), targetWidth, targetHeight,
                picture.format(), swscale.SWS_BILINEAR | swscale.SWS_ACCURATE_RND, null, null, (double[]) null);
        if (context == null) {
            throw new BackendException("swscale can't scale " + width + "x" + height + " to " + targetWidth + "x"
                    + targetHeight);
        }
        IntPointer rgb = swscale.sws_getCoefficients(swscale.SWS_CS_ITU709);
        IntPointer ycc = swscale.sws_getCoefficients(signal.scalerTable());
        int full = signal.range() == avutil.AVCOL_RANGE_JPEG ? 1 : 0;
        if (swscale.sws_setColorspaceDetails(context, rgb, 1, ycc, full, 0, 1 << 16, 1 << 16) < 0) {
            close();
            throw new BackendException("swscale does not know the stream's colour matrix");
        }
        sourceFields = fields(source.address(), 32).fill((byte) 0);
        sourceStrideFields = fields(sourceStride.address(), 16).fill((byte) 0);
        MemorySegment targetFields = fields(target.address(), 32).fill((byte) 0);
        targetFields.setAtIndex(JAVA_LONG, 0, picture.luma());
        targetFields.setAtIndex(JAVA_LONG, 1, picture.chroma());
        MemorySegment targetStrideFields = fields(targetStride.address(), 16).fill((byte) 0);
        targetStrideFields.setAtIndex(JAVA_INT, 0, picture.lumaStride());
        targetStrideFields.setAtIndex(JAVA_INT, 1, picture.chromaStride());
    }

    private static MemorySegment fields(long address, long size) {
        return MemorySegment.ofAddress(address).reinterpret(size);
    }

    /** FFmpeg's number of a captured format. */
    static int pixelFormat(PixelFormat format) {
        return switch (format) {
            case XRGB8888, ARGB8888 -> avutil.AV_PIX_FMT_BGR0;
            case XRGB2101010, ARGB2101010 -> avutil.AV_PIX_FMT_X2RGB10LE;
            case XBGR2101010, ABGR2101010 -> avutil.AV_PIX_FMT_X2BGR10LE;
            case XBGR8888, ABGR8888 -> avutil.AV_PIX_FMT_RGB0;
        };
    }

    boolean takes(int width, int height, PixelFormat format) {
        return this.width == width && this.height == height && this.format == format;
    }

    /** Scales one frame of this scaler's size into its picture. */
    void scale(long pixels, int stride) {
        sourceFields.setAtIndex(JAVA_LONG, 0, pixels);
        sourceStrideFields.setAtIndex(JAVA_INT, 0, stride);
        FFmpegError.check(swscale.sws_scale(context, source, sourceStride, 0, height, target, targetStride),
                "scale a frame");
    }

    @Override
    public void close() {
        swscale.sws_freeContext(context);
        source.deallocate();
        target.deallocate();
        sourceStride.deallocate();
        targetStride.deallocate();
    }
}
