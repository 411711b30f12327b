package lumen.plugin.ffmpeg;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import lumen.spi.VideoCodec;

/** FFmpeg's encoders on GPUs that this backend knows how to open. */
enum HardwareCodec {
    H264_NVENC(HardwareApi.NVENC, VideoCodec.H264, Map.of("profile", "high", "aud", "0")),
    HEVC_NVENC(HardwareApi.NVENC, VideoCodec.HEVC, Map.of("aud", "0")),
    AV1_NVENC(HardwareApi.NVENC, VideoCodec.AV1, Map.of()),
    H264_VAAPI(HardwareApi.VAAPI, VideoCodec.H264, Map.of("profile", "high", "aud", "0", "sei", "0")),
    HEVC_VAAPI(HardwareApi.VAAPI, VideoCodec.HEVC, Map.of("aud", "0")),
    AV1_VAAPI(HardwareApi.VAAPI, VideoCodec.AV1, Map.of()),
    H264_VULKAN(HardwareApi.VULKAN, VideoCodec.H264, Map.of("profile", "high", "units", "0")),
    HEVC_VULKAN(HardwareApi.VULKAN, VideoCodec.HEVC, Map.of());

    private final HardwareApi api;
    private final VideoCodec codec;
    private final Map<String, String> options;

    HardwareCodec(HardwareApi api, VideoCodec codec, Map<String, String> own) {
        this.api = api;
        this.codec = codec;
        options = new LinkedHashMap<>(api.options());
        options.putAll(own);
    }

    HardwareApi api() {
        return api;
    }

    VideoCodec codec() {
        return codec;
    }

    /** FFmpeg's name, such as {@code h264_nvenc}. */
    String encoderName() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }

    /** The one with that name in FFmpeg. */
    static Optional<HardwareCodec> named(String encoderName) {
        return Arrays.stream(values()).filter(codec -> codec.encoderName().equals(encoderName)).findFirst();
    }

    /** What it is opened with, beside size, rate and colours. */
    Map<String, String> options() {
        return options;
    }

    /** True if its standard has 10 bits a sample in a profile that clients decode. */
    boolean mayHaveTenBits() {
        return codec != VideoCodec.H264;
    }
}
