package lumen.host.session;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.Optional;
import lumen.host.plugin.Selection;
import lumen.spi.AudioFormat;
import lumen.spi.AudioSourceProvider;
import lumen.spi.BackendException;
import lumen.spi.HostContext;
import lumen.spi.SessionSink;
import lumen.spi.VirtualDisplay;

/**
 * Where a seat's app plays, if that is a sink of its own: made before the app, gone with the seat.
 *
 * @param provider who made it, and can record it
 */
record SeatSink(AudioSourceProvider provider, SessionSink sink) implements AutoCloseable {
    private static final Logger LOG = System.getLogger(SeatSink.class.getName());

    /**
     * What a launch wants.
     *
     * @param format      of the sink, if there is to be one
     * @param heardOnHost true if the app is to be heard on this machine too, which needs no sink
     */
    record Wish(AudioFormat format, boolean heardOnHost) {
    }

    /** Makes a sink on the first backend that does. An app without one is still heard, so what goes wrong is only logged. */
    static Optional<SeatSink> open(String session, Wish wish, boolean hasApp, Selection selection, HostContext host) {
        for (AudioSourceProvider provider : selection.sinkMakers(hasApp && !wish.heardOnHost())) {
            try {
                Optional<SeatSink> made = provider.createSink(session, wish.format(), host).map(sink -> new SeatSink(provider, sink));
                if (made.isPresent()) {
                    return made;
                }
            } catch (BackendException e) {
                LOG.log(Level.WARNING, "{0}: no sink of its own from {1}: {2}", session, provider.id(), e.getMessage());
            }
        }
        return Optional.empty();
    }

    /** True if what plays here is what the client shall hear with that display. */
    boolean belongsTo(VirtualDisplay display, Selection selection) {
        return selection.audio(display).filter(p -> p == provider).isPresent();
    }

    Map<String, String> environment() {
        return sink.environment();
    }

    @Override
    public void close() {
        sink.close();
    }
}
