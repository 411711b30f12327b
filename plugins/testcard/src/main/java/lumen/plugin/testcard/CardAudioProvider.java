package lumen.plugin.testcard;

import java.util.Optional;
import lumen.spi.AudioFormat;
import lumen.spi.AudioSource;
import lumen.spi.AudioSourceProvider;
import lumen.spi.HostContext;
import lumen.spi.Probe;
import lumen.spi.SessionSink;
import lumen.spi.VirtualDisplay;

/** Gives test-card displays their tone. */
public final class CardAudioProvider implements AudioSourceProvider {
    /** Before all those that record any display. */
    private static final int RANK = 100;

    @Override
    public String id() {
        return CardDisplayProvider.ID;
    }

    @Override
    public Probe probe(HostContext host) {
        return Probe.available(RANK);
    }

    @Override
    public boolean accepts(VirtualDisplay display) {
        return display instanceof CardDisplay;
    }

    @Override
    public AudioSource open(AudioFormat format, VirtualDisplay display, Optional<SessionSink> sink) {
        return new CardAudio(format);
    }
}
