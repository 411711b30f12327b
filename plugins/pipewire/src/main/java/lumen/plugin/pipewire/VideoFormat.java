package lumen.plugin.pipewire;

import java.util.Arrays;
import java.util.Optional;
import lumen.pipewire.pod.Spa;
import lumen.spi.PixelFormat;

/** Pixel layouts by their SPA names. */
enum VideoFormat {
    BGRx(Spa.VIDEO_FORMAT_BGRX, PixelFormat.XRGB8888),
    BGRA(Spa.VIDEO_FORMAT_BGRA, PixelFormat.ARGB8888),
    RGBx(Spa.VIDEO_FORMAT_RGBX, PixelFormat.XBGR8888),
    RGBA(Spa.VIDEO_FORMAT_RGBA, PixelFormat.ABGR8888),
    xRGB_210LE(Spa.VIDEO_FORMAT_XRGB_210LE, PixelFormat.XRGB2101010),
    ARGB_210LE(Spa.VIDEO_FORMAT_ARGB_210LE, PixelFormat.ARGB2101010),
    xBGR_210LE(Spa.VIDEO_FORMAT_XBGR_210LE, PixelFormat.XBGR2101010),
    ABGR_210LE(Spa.VIDEO_FORMAT_ABGR_210LE, PixelFormat.ABGR2101010);

    private final int id;
    private final PixelFormat pixels;

    VideoFormat(int id, PixelFormat pixels) {
        this.id = id;
        this.pixels = pixels;
    }

    /** {@code enum spa_video_format}. */
    int id() {
        return id;
    }

    PixelFormat pixels() {
        return pixels;
    }

    static Optional<VideoFormat> of(int id) {
        return Arrays.stream(values()).filter(f -> f.id == id).findFirst();
    }

    static VideoFormat of(PixelFormat pixels) {
        return Arrays.stream(values()).filter(f -> f.pixels == pixels).findFirst().orElseThrow();
    }

    static Optional<VideoFormat> named(String name) {
        return Arrays.stream(values()).filter(f -> f.name().equalsIgnoreCase(name)).findFirst();
    }
}
