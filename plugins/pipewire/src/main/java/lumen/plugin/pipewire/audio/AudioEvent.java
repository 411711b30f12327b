package lumen.plugin.pipewire.audio;

import java.util.Locale;

/** What happens to recorded sound, counted. */
enum AudioEvent {
    /** Times the daemon was connected to. */
    CONNECTIONS,
    /** Streams made: the first one, and one for each time the sink or the daemon went. */
    STREAMS,
    /** Buffers of sound that came. */
    BUFFERS,
    /** Buffers that reach beyond their memory; ignored. */
    BAD_BUFFERS,
    /** Times nothing was there in time; a little more is held back from then on. */
    UNDERRUNS,
    /** Sample frames dropped because nobody had read them for long. */
    OVERRUN_FRAMES,
    /** Sample frames left out because the sink's clock is ahead of the reader's. */
    SKIPPED_FRAMES;

    String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
