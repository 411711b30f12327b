package lumen.plugin.ffmpeg;

import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Objects;
import lumen.spi.BufferSlot;
import lumen.spi.EncoderSettings;
import lumen.spi.ImportedFrame;
import lumen.spi.PixelFormat;
import org.bytedeco.ffmpeg.avutil.AVBufferRef;
import org.bytedeco.ffmpeg.global.avutil;

/**
 * Feeds VAAPI's encoders: the compositor's own buffers by its video processor, memory by upload. What a buffer was
 * imported as is kept by the buffer, since compositors have a handful that come round.
 */
final class DmabufFeed implements FrameFeed {
    /** More than any compositor has in one stream; past it the kept ones are of buffers that are gone. */
    private static final int MOST_KEPT = 16;

    private final HardwareDevice vaapi;
    private final String node;
    private final EncoderSettings settings;
    private final VideoSignal signal;
    private final UploadFeed upload;
    private final Map<BufferSlot, DmabufSurface> kept = new IdentityHashMap<>();
    private final FrameFields current = new FrameFields();
    private final FrameFields next = new FrameFields();
    private HardwareDevice drm;
    private Source source;
    private FrameFields picture;

    /** What depends on the captured buffers' size and format. */
    private record Source(int width, int height, PixelFormat format, SurfacePool drmFrames, AVBufferRef vaapiFrames,
                          VaapiScaler scaler) implements AutoCloseable {
        boolean fits(BufferSlot.Dmabuf buffer) {
            return width == buffer.width() && height == buffer.height() && format == buffer.format();
        }

        @Override
        public void close() {
            scaler.close();
            avutil.av_buffer_unref(vaapiFrames);
            drmFrames.close();
        }
    }

    /**
     * @param vaapi stays its maker's
     * @param node  its render node
     * @param pool  of the encoder's surfaces; stays its maker's
     */
    DmabufFeed(EncoderSettings settings, VideoSignal signal, HardwareDevice vaapi, String node, SurfacePool pool) {
        DrmDescriptor.requireKnown(avutil.avutil_version() >>> 16);
        this.vaapi = vaapi;
        this.node = node;
        this.settings = settings;
        this.signal = signal;
        upload = new UploadFeed(settings, signal, pool);
        picture = upload.picture();
    }

    @Override
    public void take(ImportedFrame frame) {
        if (frame instanceof ImportedFrame.DmabufPassthrough passed) {
            take(passed.buffer());
            picture = current;
        } else {
            upload.take(frame);
            picture = upload.picture();
        }
    }

    private void take(BufferSlot.Dmabuf buffer) {
        if (source == null || !source.fits(buffer)) {
            dropSource();
            source = open(buffer);
        }
        DmabufSurface surface = kept.get(buffer);
        if (surface == null) {
            if (kept.size() == MOST_KEPT) {
                kept.remove(kept.keySet().iterator().next()).close();
            }
            surface = new DmabufSurface(buffer, source.drmFrames.reference(), source.vaapiFrames);
            kept.put(buffer, surface);
        }
        next.unref();
        source.scaler.convert(surface.surface(), next);
        next.describe(signal);
        current.unref();
        avutil.av_frame_move_ref(current.frame, next.frame);
    }

    private Source open(BufferSlot.Dmabuf buffer) {
        if (drm == null) {
            drm = HardwareDevice.drm(node);
        }
        int pixels = FrameScaler.pixelFormat(buffer.format());
        SurfacePool drmFrames = new SurfacePool(drm, avutil.AV_PIX_FMT_DRM_PRIME, pixels, buffer.width(), buffer.height(), 0);
        AVBufferRef vaapiFrames = new AVBufferRef(null);
        try {
            FFmpegError.check(avutil.av_hwframe_ctx_create_derived(vaapiFrames, avutil.AV_PIX_FMT_VAAPI, vaapi.reference(),
                    drmFrames.reference(), avutil.AV_HWFRAME_MAP_READ), "derive VAAPI surfaces from dmabufs");
            VaapiScaler scaler = new VaapiScaler(vaapiFrames, buffer.width(), buffer.height(),
                    CodecContext.even(settings.mode().width()), CodecContext.even(settings.mode().height()),
                    Picture.format(settings.bitDepth()), signal);
            return new Source(buffer.width(), buffer.height(), buffer.format(), drmFrames, vaapiFrames, scaler);
        } catch (RuntimeException e) {
            if (!vaapiFrames.isNull()) {
                avutil.av_buffer_unref(vaapiFrames);
            }
            drmFrames.close();
            throw e;
        }
    }

    private void dropSource() {
        kept.values().forEach(DmabufSurface::close);
        kept.clear();
        if (source != null) {
            source.close();
            source = null;
        }
    }

    @Override
    public FrameFields picture() {
        return Objects.requireNonNull(picture);
    }

    @Override
    public void close() {
        current.close();
        next.close();
        dropSource();
        upload.close();
        if (drm != null) {
            drm.close();
        }
    }
}
