package lumen.host.media;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import lumen.host.plugin.EncoderChoice;
import lumen.spi.Encoder;
import lumen.spi.EncoderSettings;
import lumen.spi.FrameKind;

/** A session's encoders, best first: the open one, and those left if it fails. Video thread only. */
final class EncoderChain implements AutoCloseable {
    private static final Logger LOG = System.getLogger("lumen.media");

    private final String session;
    private final List<EncoderChoice> left;
    private EncoderSettings settings;
    private Encoder encoder;
    private String lastFailure = "no encoder is installed";

    EncoderChain(String session, List<EncoderChoice> candidates, EncoderSettings settings) {
        this.session = session;
        this.settings = settings;
        left = new ArrayList<>(candidates.stream().filter(c -> c.offer().meets(settings)).toList());
        if (left.isEmpty() && !candidates.isEmpty()) {
            lastFailure = "no encoder here makes " + settings.codec() + " of " + settings.bitDepth() + " bits, " + settings.chroma();
        }
    }

    /** The open encoder. */
    Encoder encoder() {
        return encoder;
    }

    /** What the open encoder reads, its favourite first. */
    List<FrameKind> reads() {
        return left.getFirst().offer().reads();
    }

    /** Why the open encoder is the one. */
    String reason() {
        return left.getFirst().offer().name() + ": " + left.getFirst().reason(left.subList(1, left.size()));
    }

    /** Why there is none. */
    String lastFailure() {
        return lastFailure;
    }

    /** Opens the best that is left; false if none can be opened. */
    boolean open() {
        while (!left.isEmpty()) {
            try {
                encoder = left.getFirst().open(settings);
                return true;
            } catch (RuntimeException | LinkageError e) {
                quarantine(e);
            }
        }
        return false;
    }

    /** The open encoder has failed: leaves it out of this session and opens the next. */
    boolean replace(Throwable failure) {
        close();
        quarantine(failure);
        return open();
    }

    /**
     * Sets the bitrate, by opening the encoder anew if it can't change it.
     *
     * @return false if no encoder is left
     */
    boolean bitrate(int kbps) {
        settings = settings.withBitrate(kbps);
        try {
            if (encoder.bitrate(kbps)) {
                return true;
            }
        } catch (RuntimeException | LinkageError e) {
            return replace(e);
        }
        close();
        return open();
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
