package lumen.host.media;

import java.lang.foreign.MemorySegment;
import lumen.spi.AudioSource;

/** The audio source of a session whose sound can't be recorded: the client still gets a running stream. */
public final class SilentSource implements AudioSource {
    @Override
    public int read(MemorySegment into, int frames) {
        return 0;
    }

    @Override
    public void drain() {
        // There is never anything recorded.
    }

    @Override
    public void close() {
        // Owns nothing.
    }
}
