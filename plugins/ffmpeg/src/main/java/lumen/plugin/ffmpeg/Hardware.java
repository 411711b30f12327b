package lumen.plugin.ffmpeg;

import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import lumen.spi.CrashGuard;
import lumen.spi.HostContext;

/**
 * What this machine's GPUs do for FFmpeg, surveyed in the background once. A driver that ends the process in the course
 * of it, twice in a row, is left alone until its version changes. Thread-safe.
 */
final class Hardware {
    private static final System.Logger LOG = System.getLogger("lumen.plugin.ffmpeg");
    private static final Hardware SHARED = new Hardware(Surveyor::survey);
    private static final String NOTE = "ffmpeg/survey";

    private final Supplier<HardwareSurvey> surveyor;
    private final CountDownLatch done = new CountDownLatch(1);
    private boolean started;
    private long startedAt;
    private volatile HardwareSurvey survey = HardwareSurvey.NONE;

    Hardware(Supplier<HardwareSurvey> surveyor) {
        this.surveyor = surveyor;
    }

    /** This process's. */
    static Hardware shared() {
        return SHARED;
    }

    /** Begins the survey, if that hasn't been done. */
    synchronized void start(HostContext host, String fingerprint) {
        if (!started) {
            started = true;
            startedAt = System.nanoTime();
            Thread.ofPlatform().daemon().name("lumen-ffmpeg-survey").start(() -> run(host, fingerprint));
        }
    }

    private void run(HostContext host, String fingerprint) {
        try {
            CrashGuard guard = new CrashGuard(host.notes(), NOTE, fingerprint);
            survey = guard.barred() ? HardwareSurvey.LEFT_ALONE : guard.run(surveyor);
        } catch (RuntimeException | LinkageError e) {
            LOG.log(System.Logger.Level.WARNING, "trying out the encoders of GPUs failed", e);
        } finally {
            done.countDown();
        }
    }

    /**
     * What was seen; empty if nobody has begun, or it takes longer.
     *
     * @param millis to wait at most, counted from the survey's beginning: one that hangs delays nobody twice
     */
    Optional<HardwareSurvey> await(long millis) {
        long deadline;
        synchronized (this) {
            if (!started) {
                return Optional.empty();
            }
            deadline = startedAt + millis * 1_000_000;
        }
        try {
            return done.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS) ? Optional.of(survey) : Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}
