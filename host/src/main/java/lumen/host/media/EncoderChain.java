package lumen.host.media;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import lumen.spi.Encoder;
import lumen.spi.EncoderProvider;
import lumen.spi.EncoderSettings;

/** A session's encoders, best first: the open one, and those left if it fails. Video thread only. */
final class EncoderChain implements AutoCloseable {
    private static final Logger LOG = System.getLogger("lumen.media");

    private final String session;
    private final List<EncoderProvider> left;
    private EncoderSettings settings;
    private Encoder encoder;
    private String lastFailure = "no encoder is installed";

    EncoderChain(String session, List<EncoderProvider> candidates, EncoderSettings settings) {
        this.session = session;
        this.settings = settings;
        left = new ArrayList<>(candidates);
    }

    /** The open encoder. */
    Encoder encoder() {
        return encoder;
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
        EncoderSettings s = settings;
        settings = new EncoderSettings(s.codec(), s.mode(), kbps, s.slicesPerFrame(), s.referenceFrames(), s.color());
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
        EncoderProvider failed = left.removeFirst();
        lastFailure = "encoder " + failed.id() + " failed: " + failure.getMessage();
        LOG.log(Level.WARNING, "session " + session + ": " + lastFailure + "; "
                + (left.isEmpty() ? "no other is left" : "going on with " + left.getFirst().id()));
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
