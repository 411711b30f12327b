package lumen.plugin.ffmpeg;

import java.util.List;
import lumen.spi.EncoderSettings;

/** Opens VAAPI's encoders. */
final class VaapiEncoder {
    private VaapiEncoder() {
    }

    /** @param node its render node */
    static FFmpegEncoder open(HardwareCodec codec, EncoderSettings settings, String node) {
        HardwareDevice device = HardwareDevice.vaapi(node);
        return HardwareEncoder.open(codec, settings, device, List.of(),
                pool -> new DmabufFeed(settings, VideoSignal.of(settings.color()), device, node, pool));
    }
}
