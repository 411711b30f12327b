package lumen.plugin.pipewire.audio;

import java.util.Arrays;
import java.util.stream.Collectors;
import lumen.pipewire.pod.Spa;
import lumen.spi.AudioFormat;

/** Positions of a format's channels, in the order in which samples lie. */
enum Channels {
    FL(Spa.CHANNEL_FL), FR(Spa.CHANNEL_FR), FC(Spa.CHANNEL_FC), LFE(Spa.CHANNEL_LFE), RL(Spa.CHANNEL_RL), RR(Spa.CHANNEL_RR),
    SL(Spa.CHANNEL_SL), SR(Spa.CHANNEL_SR);

    private final int id;

    Channels(int id) {
        this.id = id;
    }

    /** As {@code enum spa_audio_channel}. */
    static int[] ids(AudioFormat format) {
        return Arrays.stream(values()).limit(format.channels()).mapToInt(c -> c.id).toArray();
    }

    /** As {@code audio.position} wants them. */
    static String names(AudioFormat format) {
        return Arrays.stream(values()).limit(format.channels()).map(Enum::name).collect(Collectors.joining(",", "[", "]"));
    }
}
