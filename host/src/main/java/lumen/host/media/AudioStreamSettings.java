package lumen.host.media;

import java.util.Objects;
import lumen.core.audio.AudioPacketSettings;
import lumen.core.audio.OpusConfiguration;

/**
 * What an audio stream needs to know.
 *
 * @param session  short name of the session, for thread names and logs
 * @param opus     channels and quality
 * @param packets  packet duration, encryption
 * @param gain     factor on every sample ({@code LUMEN_AUDIO_GAIN}), 0 to 16; what exceeds full scale is clipped
 */
public record AudioStreamSettings(String session, OpusConfiguration opus, AudioPacketSettings packets, float gain) {
    public AudioStreamSettings {
        Objects.requireNonNull(session);
        Objects.requireNonNull(opus);
        Objects.requireNonNull(packets);
        if (!(gain >= 0 && gain <= 16)) {
            throw new IllegalArgumentException("audio gain " + gain + ", allowed: 0 to 16");
        }
    }
}
