package lumen.plugin.ffmpeg;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import lumen.posix.Fd;
import lumen.posix.PosixException;
import lumen.spi.BackendException;
import lumen.spi.BufferSlot;
import lumen.spi.ImportOffer;
import org.bytedeco.ffmpeg.avutil.AVBufferRef;
import org.bytedeco.ffmpeg.global.avutil;

/** A captured dmabuf as a VAAPI surface: imported once, read as often as the buffer comes round. */
final class DmabufSurface implements AutoCloseable {
    private final FrameFields drm = new FrameFields();
    private final FrameFields surface = new FrameFields();

    /**
     * Imports a buffer. Its descriptors are only borrowed: the driver holds the memory by itself.
     *
     * @param drmFrames   {@code AVBufferRef} of frames of its size and format on the DRM device
     * @param vaapiFrames the same on the VAAPI device, derived from those
     * @throws BackendException if it isn't what it says, or the driver doesn't take it
     */
    DmabufSurface(BufferSlot.Dmabuf buffer, AVBufferRef drmFrames, AVBufferRef vaapiFrames) {
        try (FFmpegLog.Heard heard = FFmpegLog.listen()) {
            check(buffer);
            long[] sizes = new long[buffer.planes()];
            Arrays.setAll(sizes, plane -> size(buffer, plane));
            // FFmpeg counts references to the descriptor's memory; nothing else may hold it.
            AVBufferRef memory = avutil.av_buffer_allocz(DrmDescriptor.SIZEOF);
            if (memory == null) {
                throw new BackendException("FFmpeg has no memory for a buffer's description");
            }
            drm.frame.format(avutil.AV_PIX_FMT_DRM_PRIME).width(buffer.width()).height(buffer.height());
            drm.frame.buf(0, memory);
            drm.data(0, memory.data().address());
            DrmDescriptor.fill(MemorySegment.ofAddress(drm.data(0)).reinterpret(DrmDescriptor.SIZEOF), buffer, sizes);
            drm.frame.hw_frames_ctx(avutil.av_buffer_ref(drmFrames));
            surface.frame.format(avutil.AV_PIX_FMT_VAAPI).width(buffer.width()).height(buffer.height());
            surface.frame.hw_frames_ctx(avutil.av_buffer_ref(vaapiFrames));
            int result = avutil.av_hwframe_map(surface.frame, drm.frame, avutil.AV_HWFRAME_MAP_READ);
            if (result < 0) {
                throw new BackendException("VAAPI can't read " + describe(buffer) + ": " + heard.orElse("no reason given") + ", "
                        + FFmpegError.message(result));
            }
            surface.frame.color_range(avutil.AVCOL_RANGE_JPEG).colorspace(avutil.AVCOL_SPC_RGB);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /**
     * What is said of a buffer, checked against its planes' real sizes before a driver sees it. Allocates nothing.
     *
     * @throws BackendException naming what doesn't fit
     */
    static void check(BufferSlot.Dmabuf buffer) {
        if (buffer.width() < 1 || buffer.height() < 1 || buffer.planes() < 1 || buffer.planes() > DrmDescriptor.MOST_PLANES) {
            throw new BackendException("not a frame: " + describe(buffer) + " in " + buffer.planes() + " planes");
        }
        long row = (long) buffer.format().bytesPerPixel() * buffer.width();
        boolean linear = buffer.modifier() == ImportOffer.LINEAR;
        for (int i = 0; i < buffer.planes(); i++) {
            long size = size(buffer, i);
            // A tiled picture takes no less than its pixels; planes after the first hold what only the driver knows.
            long least = i > 0 ? 1 : linear ? (buffer.height() - 1L) * buffer.stride(i) + row : row * buffer.height();
            boolean narrow = i == 0 && linear && buffer.stride(i) < row;
            if (buffer.offset(i) < 0 || buffer.stride(i) < 1 || narrow || buffer.offset(i) + least > size) {
                throw new BackendException("plane " + i + " of " + describe(buffer) + ", offset " + buffer.offset(i) + ", stride "
                        + buffer.stride(i) + ", does not fit into " + size + " bytes");
            }
        }
    }

    private static long size(BufferSlot.Dmabuf buffer, int plane) {
        try {
            return Fd.sizeOf(buffer.fd(plane));
        } catch (PosixException e) {
            throw new BackendException("plane " + plane + " of " + describe(buffer) + ": " + e.getMessage(), e);
        }
    }

    private static String describe(BufferSlot.Dmabuf buffer) {
        return "a dmabuf of " + buffer.width() + "x" + buffer.height() + " " + buffer.format() + ", modifier 0x"
                + Long.toHexString(buffer.modifier());
    }

    /** The surface. */
    FrameFields surface() {
        return surface;
    }

    @Override
    public void close() {
        surface.close();
        drm.close();
    }
}
