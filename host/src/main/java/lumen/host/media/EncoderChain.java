package lumen.host.media;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import lumen.host.plugin.EncoderChoice;
import lumen.spi.AccessUnitSink;
import lumen.spi.Encoder;
import lumen.spi.EncoderSettings;
import lumen.spi.FrameKind;
import lumen.spi.ImportedFrame;

/**
 * A session's encoders, best first: the open one, and those left if it fails, which take over. Video thread only, but for
 * {@link #description()}.
 */
final class EncoderChain implements AutoCloseable {
    private static final Logger LOG = System.getLogger("lumen.media");

    private final String session;
    private final List<EncoderChoice> left;
    private final AccessUnitSink sink;
    private final IdrSchedule idrs;
    private final StreamStatistics statistics;
    private EncoderSettings settings;
    private Encoder encoder;
    /** True until the open encoder has encoded a picture: it has nothing to repeat. */
    private boolean fresh;
    private volatile String description = "";
    private String lastFailure = "no encoder is installed";

    /**
     * @param candidates best first
     * @param sink       takes what is encoded
     * @param idrs       told when an encoder begins anew
     */
    EncoderChain(String session, List<EncoderChoice> candidates, EncoderSettings settings, AccessUnitSink sink, IdrSchedule idrs,
                 StreamStatistics statistics) {
        this.session = session;
        this.settings = settings;
        this.sink = sink;
        this.idrs = idrs;
        this.statistics = statistics;
        left = new ArrayList<>(candidates.stream().filter(c -> c.offer().meets(settings)).toList());
        if (left.isEmpty() && !candidates.isEmpty()) {
            lastFailure = "no encoder here makes " + settings.codec() + " of " + settings.bitDepth() + " bits, " + settings.chroma();
        }
    }

    /** What the open encoder reads, its favourite first. */
    List<FrameKind> reads() {
        return left.getFirst().offer().reads();
    }

    /** The open encoder in words; empty before one is open. Any thread. */
    String description() {
        return description;
    }

    /**
     * Opens the best that is left.
     *
     * @throws StreamEndException if none can be opened
     */
    void open() {
        while (!left.isEmpty()) {
            try {
                encoder = left.getFirst().open(settings);
                fresh = true;
                tell();
                return;
            } catch (RuntimeException | LinkageError e) {
                quarantine(e);
            }
        }
        throw new StreamEndException(StreamEnd.NO_ENCODER, lastFailure);
    }

    /** Says which encoder is open and why; once only if the same is opened again with another bitrate. */
    private void tell() {
        String before = description;
        description = encoder.description();
        if (!description.equals(before)) {
            LOG.log(Level.INFO, "session {0}: encodes with {1}: {2}", session, left.getFirst().offer().name(),
                    left.getFirst().reason(left.subList(1, left.size())));
        }
    }

    /**
     * Encodes a picture, with the next encoder if this one fails.
     *
     * @return false if that one doesn't read such pictures
     * @throws StreamEndException if none is left
     */
    boolean encode(ImportedFrame picture, boolean idr) {
        boolean force = idr;
        do {
            try {
                encoder.encode(picture, force, sink);
                fresh = false;
                return true;
            } catch (RuntimeException | LinkageError e) {
                replace(e);
                force = true;
            }
        } while (reads().contains(picture.kind()));
        return false;
    }

    /**
     * Encodes the last picture once more.
     *
     * @param picture for an encoder that has seen none yet; {@code null} if it isn't there any more
     * @return false if such an encoder can't begin with it
     * @throws StreamEndException as {@link #encode}
     */
    boolean repeat(ImportedFrame picture, boolean idr) {
        if (!fresh) {
            try {
                encoder.repeat(idr, sink);
                return true;
            } catch (RuntimeException | LinkageError e) {
                replace(e);
            }
        }
        return picture != null && reads().contains(picture.kind()) && encode(picture, true);
    }

    /**
     * Sets the bitrate, by opening the encoder anew if it can't change it.
     *
     * @throws StreamEndException if no encoder is left
     */
    void bitrate(int kbps) {
        settings = settings.withBitrate(kbps);
        try {
            if (encoder.bitrate(kbps)) {
                return;
            }
            close();
        } catch (RuntimeException | LinkageError e) {
            close();
            quarantine(e);
        }
        idrs.owe();
        open();
    }

    private void replace(Throwable failure) {
        statistics.counters().count(StreamStatistics.Event.ENCODER_FAILED);
        close();
        quarantine(failure);
        open();
    }

    private void quarantine(Throwable failure) {
        EncoderChoice failed = left.removeFirst();
        lastFailure = "encoder " + failed.offer().name() + " failed: " + failure.getMessage();
        LOG.log(Level.WARNING, "session " + session + ": " + lastFailure + "; "
                + (left.isEmpty() ? "no other is left" : "going on with " + left.getFirst().offer().name()));
    }

    @Override
    public void close() {
        if (encoder != null) {
            try {
                encoder.close();
            } catch (RuntimeException | LinkageError e) {
                LOG.log(Level.WARNING, "session " + session + ": closing the encoder failed", e);
            }
            encoder = null;
        }
    }
}
