package lumen.plugin.ffmpeg;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import lumen.spi.BackendException;
import org.bytedeco.ffmpeg.avutil.AVBufferRef;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVHWDeviceContext;
import org.bytedeco.ffmpeg.global.avutil;

/** A GPU as FFmpeg knows it ({@code AVHWDeviceContext}). The maker closes it; what was made on it keeps what it needs. */
final class HardwareDevice implements AutoCloseable {
    private final AVBufferRef reference;

    private HardwareDevice(AVBufferRef reference) {
        this.reference = reference;
    }

    /** @param node such as {@code /dev/dri/renderD128} */
    static HardwareDevice vaapi(String node) {
        return create(avutil.AV_HWDEVICE_TYPE_VAAPI, node, "VAAPI on " + node);
    }

    /** For buffers that are passed through. */
    static HardwareDevice drm(String node) {
        return create(avutil.AV_HWDEVICE_TYPE_DRM, node, "DRM on " + node);
    }

    /** The first Vulkan device. */
    static HardwareDevice vulkan() {
        return create(avutil.AV_HWDEVICE_TYPE_VULKAN, null, "Vulkan");
    }

    private static HardwareDevice create(int type, String device, String what) {
        AVBufferRef reference = new AVBufferRef(null);
        try (FFmpegLog.Heard heard = FFmpegLog.listen()) {
            int result = avutil.av_hwdevice_ctx_create(reference, type, device, (AVDictionary) null, 0);
            if (result < 0) {
                throw new BackendException(what + ": " + heard.orElse("no device") + ", " + FFmpegError.message(result));
            }
        }
        return new HardwareDevice(reference);
    }

    /**
     * A CUDA device over a context of ours, so that FFmpeg's surfaces are memory our kernels write.
     *
     * @param context {@code CUcontext}, which must outlive the device
     * @param stream  {@code CUstream} that FFmpeg's own copies and NVENC go through
     */
    static HardwareDevice cuda(long context, long stream) {
        CudaDeviceLayout layout = CudaDeviceLayout.of(avutil.avutil_version() >>> 16);
        AVBufferRef reference = avutil.av_hwdevice_ctx_alloc(avutil.AV_HWDEVICE_TYPE_CUDA);
        if (reference == null) {
            throw new BackendException("this build of FFmpeg has no CUDA");
        }
        try (FFmpegLog.Heard heard = FFmpegLog.listen()) {
            MemorySegment fields = MemorySegment.ofAddress(new AVHWDeviceContext(reference.data()).hwctx().address())
                    .reinterpret(layout.size());
            fields.set(JAVA_LONG, layout.context(), context);
            fields.set(JAVA_LONG, layout.stream(), stream);
            int result = avutil.av_hwdevice_ctx_init(reference);
            // FFmpeg fills this in itself; if it is still empty, the struct is not laid out as we think.
            if (result >= 0 && fields.get(JAVA_LONG, layout.internal()) == 0) {
                throw new BackendException("AVCUDADeviceContext is not laid out as expected in libavutil "
                        + (avutil.avutil_version() >>> 16));
            }
            if (result < 0) {
                throw new BackendException("CUDA: " + heard.orElse("no device") + ", " + FFmpegError.message(result));
            }
            return new HardwareDevice(reference);
        } catch (RuntimeException e) {
            avutil.av_buffer_unref(reference);
            throw e;
        }
    }

    /** {@code AVBufferRef} of the device, this object's own. */
    AVBufferRef reference() {
        return reference;
    }

    @Override
    public void close() {
        avutil.av_buffer_unref(reference);
    }
}
