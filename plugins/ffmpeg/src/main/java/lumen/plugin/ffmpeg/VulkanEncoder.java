package lumen.plugin.ffmpeg;

import java.util.List;
import lumen.spi.EncoderSettings;

/** Opens Vulkan Video's encoders. */
final class VulkanEncoder {
    private VulkanEncoder() {
    }

    /** On the first device. */
    static FFmpegEncoder open(HardwareCodec codec, EncoderSettings settings) {
        return HardwareEncoder.open(codec, settings, HardwareDevice.vulkan(), List.of(),
                pool -> new UploadFeed(settings, VideoSignal.of(settings.color()), pool));
    }
}
