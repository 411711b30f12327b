package lumen.host.media;

import lumen.spi.BufferSlot;
import lumen.spi.Capturer;
import lumen.spi.CapturerProvider;
import lumen.spi.DisplayMode;
import lumen.spi.FrameSignal;
import lumen.spi.VirtualDisplay;

/**
 * A running capture that can be suspended when its stream ends and taken over by the next one on the same display, so
 * that a client which comes back sees a picture at once, and the compositor one consumer only. Belongs to one thread at
 * a time.
 */
public final class KeptCapture implements AutoCloseable {
    private final CapturerProvider provider;
    private final VirtualDisplay display;
    private final DisplayMode mode;
    private final Capturer capturer;
    private volatile FrameSignal target;

    private KeptCapture(CapturerProvider provider, VirtualDisplay display, FrameSignal signal) {
        this.provider = provider;
        this.display = display;
        this.mode = display.mode();
        this.target = signal;
        this.capturer = provider.open(display.source(), mode, new FrameSignal() {
            @Override
            public void frameReady() {
                target.frameReady();
            }

            @Override
            public void slotGone(BufferSlot slot) {
                target.slotGone(slot);
            }
        });
    }

    /** Opens a capture of a display; throws what the provider throws. */
    static KeptCapture open(CapturerProvider provider, VirtualDisplay display, FrameSignal signal) {
        return new KeptCapture(provider, display, signal);
    }

    CapturerProvider provider() {
        return provider;
    }

    Capturer capturer() {
        return capturer;
    }

    /** True if this is a capture of that display in the mode it has now. */
    public boolean fits(VirtualDisplay wanted) {
        return display == wanted && mode.equals(wanted.mode());
    }

    /** The next stream's: signals go there. */
    void resume(FrameSignal signal) {
        target = signal;
        capturer.active(true);
    }

    /** Nobody's for a while. */
    void suspend() {
        target = () -> { };
        capturer.active(false);
    }

    @Override
    public void close() {
        capturer.close();
    }
}
