package lumen.host.media;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import lumen.spi.BackendException;
import lumen.spi.CapturedFrame;
import lumen.spi.Capturer;
import lumen.spi.CapturerProvider;
import lumen.spi.CursorState;
import lumen.spi.FrameSignal;
import lumen.spi.FrameSource;
import lumen.spi.ImportOffer;
import lumen.spi.VirtualDisplay;

/**
 * What a stream captures: opened anew when it fails, by another backend if there is one, on another display
 * if the compositor has gone. Video thread only.
 */
final class DisplayCapture implements AutoCloseable {
    private static final Logger LOG = System.getLogger("lumen.media");
    /** How long a compositor that has something to show needs at most; a static screen is asked to paint then. */
    private static final long NUDGE_NANOS = TimeUnit.MILLISECONDS.toNanos(150);
    private static final long NUDGE_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long FIRST_FRAME_SECONDS = 10;
    /** Attempts with each backend before the display itself is given up. */
    private static final int ROUNDS = 2;
    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private final String session;
    private final StreamDisplay displays;
    private final Function<FrameSource, List<CapturerProvider>> candidates;
    private final FrameSignal signal;
    private final Runnable letGo;

    private List<ImportOffer> offers = List.of();
    private VirtualDisplay display;
    private Optional<KeptCapture> capture = Optional.empty();
    /** Of {@link #capture}; {@code null} without one. */
    private Capturer capturer;
    private String backend = "";
    private int failures;
    private String lastFailure = "no capture backend takes this display";
    private long retryNanos;
    private long openedNanos;
    private long nudgeNanos;
    private boolean delivered;
    private boolean replacing;
    /** For status reports of other threads. */
    private volatile Capturer shown;

    /**
     * @param candidates backends for a source, best first
     * @param letGo      releases every frame of the capturer, which is about to be closed
     */
    DisplayCapture(String session, StreamDisplay displays, Function<FrameSource, List<CapturerProvider>> candidates,
                   FrameSignal signal, Runnable letGo) {
        this.session = session;
        this.displays = displays;
        this.candidates = candidates;
        this.signal = signal;
        this.letGo = letGo;
        display = displays.current();
        retryNanos = System.nanoTime();
    }

    /** What the importers take from now on. */
    void offer(List<ImportOffer> wanted) {
        offers = wanted;
        if (capturer != null) {
            // A static screen paints nothing for a new agreement by itself.
            delivered = false;
            openedNanos = System.nanoTime();
            nudgeNanos = openedNanos + NUDGE_NANOS;
            try {
                capturer.offer(wanted);
            } catch (RuntimeException | LinkageError e) {
                lose(e.getMessage());
            }
        }
    }

    /** The newest frame, or {@code null}. */
    CapturedFrame poll() {
        if (capturer == null) {
            return null;
        }
        CapturedFrame frame = null;
        try {
            frame = capturer.poll();
        } catch (RuntimeException | LinkageError e) {
            lose(e.getMessage());
        }
        if (frame != null) {
            delivered = true;
            failures = 0;
        }
        return frame;
    }

    CursorState cursor() {
        return capturer == null ? CursorState.NONE : capturer.cursor();
    }

    /** What the capture was given or waits for, in words. Any thread. */
    String state() {
        Capturer running = shown;
        return running == null ? "" : running.state();
    }

    /** Counts of the capture. Any thread. */
    java.util.Map<String, Long> counters() {
        Capturer running = shown;
        return running == null ? java.util.Map.of() : running.counters();
    }

    /**
     * Keeps the capture going; called at least ten times a second.
     *
     * @throws BackendException if it can't be brought back
     */
    void tend(long now) {
        if (capturer == null) {
            reopen(now);
        } else if (!delivered) {
            awaitFirstFrame(now);
        }
    }

    private void awaitFirstFrame(long now) {
        if (now - openedNanos > TimeUnit.SECONDS.toNanos(FIRST_FRAME_SECONDS) && !capturer.running()) {
            // These words are what users search for.
            lose("no " + (display.source() instanceof FrameSource.PipeWireNode ? "PipeWire " : "") + "frame within "
                    + FIRST_FRAME_SECONDS + "s: " + capturer.state());
        } else if (now - nudgeNanos > 0) {
            nudgeNanos = now + NUDGE_AGAIN_NANOS;
            display.nudge();
        }
    }

    private void reopen(long now) {
        if (now - retryNanos < 0 && !replacing) {
            return;
        }
        List<CapturerProvider> backends = replacing ? List.of() : candidates.apply(display.source());
        if (replacing || !display.alive() || failures >= ROUNDS * backends.size()) {
            replace(now);
            return;
        }
        try {
            open(backends.get(failures % backends.size()));
            capturer.offer(offers);
        } catch (RuntimeException | LinkageError e) {
            lose(e.getMessage());
            retryNanos = now + RETRY_NANOS;
            return;
        }
        shown = capturer;
        openedNanos = now;
        nudgeNanos = now + NUDGE_NANOS;
        delivered = false;
        signal.frameReady();
    }

    private void open(CapturerProvider provider) {
        Optional<KeptCapture> kept = displays.takeCapture(display);
        if (kept.isPresent()) {
            LOG.log(Level.INFO, "session {0}: reusing capturer {1}", session, kept.get().provider().id());
            hold(kept);
            kept.get().resume(signal);
        } else {
            backend = provider.id();
            hold(Optional.of(KeptCapture.open(provider, display, signal)));
        }
    }

    private void hold(Optional<KeptCapture> held) {
        capture = held;
        capturer = held.map(KeptCapture::capturer).orElse(null);
        held.ifPresent(h -> backend = h.provider().id());
    }

    private void replace(long now) {
        if (!replacing) {
            replacing = true;
            LOG.log(Level.WARNING, "session {0}: the display has to be replaced: {1}", session, lastFailure);
        }
        Optional<VirtualDisplay> next;
        try {
            next = displays.replacement(display);
        } catch (BackendException e) {
            throw new BackendException(lastFailure + "; " + e.getMessage(), e);
        }
        if (next.isPresent()) {
            replacing = false;
            display = next.get();
            failures = 0;
            retryNanos = now;
        }
    }

    private void lose(String why) {
        failures++;
        lastFailure = (backend.isEmpty() ? "" : "capturer " + backend + ": ") + why;
        LOG.log(Level.WARNING, "session {0}: {1}", session, lastFailure);
        closeCapturer();
    }

    private void closeCapturer() {
        letGo.run();
        shown = null;
        capture.ifPresent(c -> {
            try {
                c.close();
            } catch (RuntimeException | LinkageError e) {
                LOG.log(Level.WARNING, "session " + session + ": closing the capture failed", e);
            }
        });
        hold(Optional.empty());
    }

    /** Leaves the capture to the next stream on this display, if it can be kept. */
    @Override
    public void close() {
        if (capturer == null || !delivered || !capturer.keepable()) {
            closeCapturer();
            return;
        }
        letGo.run();
        shown = null;
        try {
            capture.get().suspend();
            if (displays.keepCapture(capture.get())) {
                hold(Optional.empty());
                return;
            }
        } catch (RuntimeException | LinkageError e) {
            LOG.log(Level.WARNING, "session " + session + ": suspending the capture failed", e);
        }
        closeCapturer();
    }
}
