package lumen.plugin.ffmpeg;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HardwareCodecTest {

    /** Without the hardware this is all that shows a misspelt option before a user does. */
    @ParameterizedTest
    @EnumSource(HardwareCodec.class)
    void shouldUseOptionsAndValuesThatThisBuildOfFFmpegKnows(HardwareCodec hardware) {
        var codec = avcodec.avcodec_find_encoder_by_name(hardware.encoderName());
        assertNotNull(codec, hardware.encoderName());
        var context = avcodec.avcodec_alloc_context3(codec);
        try {
            hardware.options().forEach((key, value) -> assertEquals(0, avutil.av_opt_set(context.priv_data(), key, value, 0),
                    hardware.encoderName() + ": " + key + "=" + value));
        } finally {
            avcodec.avcodec_free_context(context);
        }
    }
}
