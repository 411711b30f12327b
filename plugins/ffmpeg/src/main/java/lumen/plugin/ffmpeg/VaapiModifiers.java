package lumen.plugin.ffmpeg;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import lumen.spi.BackendException;
import lumen.spi.ImportOffer;
import lumen.spi.PixelFormat;
import org.bytedeco.ffmpeg.global.avutil;

/**
 * Which dmabufs a VAAPI driver takes. No call of VAAPI's tells; but what the driver chooses for a surface of its own it
 * takes from others, too, and LINEAR every one does.
 */
final class VaapiModifiers {
    /** {@code DRM_FORMAT_MOD_INVALID}: the driver doesn't say. */
    private static final long INVALID = 0x00ff_ffff_ffff_ffffL;
    private static final int WIDTH = 256;
    private static final int HEIGHT = 144;

    private VaapiModifiers() {
    }

    /** What to offer, the driver's own layout first. */
    static List<ImportOffer> of(HardwareDevice vaapi) {
        List<ImportOffer> tiled = new ArrayList<>();
        List<ImportOffer> linear = new ArrayList<>();
        for (PixelFormat format : PixelFormat.values()) {
            try {
                long own = own(vaapi, FrameScaler.pixelFormat(format));
                if (own != ImportOffer.LINEAR && own != INVALID) {
                    tiled.add(new ImportOffer(ImportOffer.Transport.DMABUF, format, own));
                }
                linear.add(new ImportOffer(ImportOffer.Transport.DMABUF, format, ImportOffer.LINEAR));
            } catch (BackendException e) {
                // This driver has no surfaces of that format.
                System.getLogger("lumen.plugin.ffmpeg").log(System.Logger.Level.DEBUG, e.getMessage());
            }
        }
        tiled.addAll(linear);
        return tiled;
    }

    /** The modifier of a surface the driver made as it likes. */
    private static long own(HardwareDevice vaapi, int pixels) {
        try (SurfacePool pool = new SurfacePool(vaapi, HardwareApi.VAAPI, pixels, WIDTH, HEIGHT, 1);
             FrameFields surface = new FrameFields(); FrameFields drm = new FrameFields();
             FFmpegLog.Heard heard = FFmpegLog.listen()) {
            pool.take(surface);
            drm.frame.format(avutil.AV_PIX_FMT_DRM_PRIME);
            int result = avutil.av_hwframe_map(drm.frame, surface.frame, avutil.AV_HWFRAME_MAP_READ);
            if (result < 0) {
                throw new BackendException("VAAPI exports no surface: " + heard.orElse(FFmpegError.message(result)));
            }
            return DrmDescriptor.modifier(MemorySegment.ofAddress(drm.data(0)).reinterpret(DrmDescriptor.SIZEOF));
        }
    }
}
