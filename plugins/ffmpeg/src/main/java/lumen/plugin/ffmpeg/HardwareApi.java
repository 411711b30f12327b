package lumen.plugin.ffmpeg;

import java.util.Map;
import org.bytedeco.ffmpeg.global.avutil;

/** The ways to a GPU's encoder that FFmpeg has. */
enum HardwareApi {
    /** NVIDIA's. Changes its bitrate while it runs, at the price of an IDR. */
    NVENC(90, avutil.AV_PIX_FMT_CUDA, -1, Map.of("preset", "p3", "tune", "ull", "rc", "cbr", "zerolatency", "1", "delay", "0",
            "forced-idr", "1", "rc-lookahead", "0", "no-scenecut", "1", "b_ref_mode", "disabled")),
    /** Linux's own, for AMD and Intel. */
    VAAPI(80, avutil.AV_PIX_FMT_VAAPI, Short.MAX_VALUE, Map.of("async_depth", "1", "idr_interval", "0", "rc_mode", "auto")),
    /** Vulkan Video. */
    VULKAN(60, avutil.AV_PIX_FMT_VULKAN, Short.MAX_VALUE, Map.of("async_depth", "1", "idr_interval", "0", "tune", "ull",
            "usage", "stream", "content", "rendered"));

    private final int rank;
    private final int surfaceFormat;
    private final int gopSize;
    private final Map<String, String> options;

    HardwareApi(int rank, int surfaceFormat, int gopSize, Map<String, String> options) {
        this.rank = rank;
        this.surfaceFormat = surfaceFormat;
        this.gopSize = gopSize;
        this.options = options;
    }

    int rank() {
        return rank;
    }

    /** FFmpeg's number for frames that are surfaces of this interface. */
    int surfaceFormat() {
        return surfaceFormat;
    }

    /** Frames between IDRs nobody asked for: never for NVENC, else as rarely as all drivers can count. */
    int gopSize() {
        return gopSize;
    }

    /** For one frame in, one access unit out, and no IDR but those asked for. */
    Map<String, String> options() {
        return options;
    }
}
