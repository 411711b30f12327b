package lumen.plugin.pipewire.audio;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import lumen.pipewire.PipewireException;
import lumen.posix.ThreadEnd;

/**
 * A thread that brings something at PipeWire into order whenever it is poked, and again and again if that fails: at once,
 * then after 50 ms and, if it doesn't stay so, after ever more up to 2 s.
 */
final class Caretaker implements AutoCloseable {
    private static final Logger LOG = System.getLogger("lumen.pipewire");
    private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long LAST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(2);
    /** What stayed in order for so long is brought there without a pause again. */
    private static final long CALM_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final String what;
    private final Task task;
    private final Thread thread;
    private final AtomicBoolean poked = new AtomicBoolean();
    private volatile boolean closing;

    /** What is to be done. Called by one thread at a time. */
    @FunctionalInterface
    interface Task {
        /**
         * Brings everything into order; does nothing if it is.
         *
         * @return nanoseconds after which to look again without being poked; 0: never
         * @throws PipewireException why it can't be now
         */
        long tend();
    }

    /** @param what for messages, and the thread's name */
    Caretaker(String what, Task task) {
        this.what = what;
        this.task = task;
        thread = Thread.ofPlatform().daemon().name(what + "-care").unstarted(this::run);
    }

    /** Begins; pokes from before are not lost. Once. */
    void start() {
        thread.start();
    }

    /** Something may have to be done. Any thread; never blocks. */
    void poke() {
        poked.set(true);
        LockSupport.unpark(thread);
    }

    private void run() {
        long pause = 0;
        long last = System.nanoTime() - CALM_NANOS;
        boolean failed = false;
        long again = 0;
        while (awaitPoke(failed, again)) {
            pause = System.nanoTime() - last >= CALM_NANOS ? 0 : Math.clamp(2 * pause, FIRST_PAUSE_NANOS, LAST_PAUSE_NANOS);
            sleep(pause);
            if (closing) {
                return;
            }
            poked.set(false);
            try {
                again = task.tend();
                if (failed) {
                    LOG.log(Level.INFO, "{0}: in order again", what);
                }
                failed = false;
            } catch (PipewireException e) {
                if (!failed && !closing) {
                    LOG.log(Level.WARNING, "{0}: {1}; trying again until it works", what, e.getMessage());
                }
                failed = true;
            } catch (RuntimeException | LinkageError e) {
                LOG.log(Level.ERROR, what + ": given up", e);
                return;
            }
            last = System.nanoTime();
        }
    }

    /** False if there is nothing to wait for any more. */
    private boolean awaitPoke(boolean failed, long again) {
        long start = System.nanoTime();
        while (!closing && !failed && !poked.get()) {
            long rest = again == 0 ? Long.MAX_VALUE : again - (System.nanoTime() - start);
            if (rest <= 0) {
                break;
            }
            LockSupport.parkNanos(this, rest);
        }
        return !closing;
    }

    private void sleep(long nanos) {
        long end = System.nanoTime() + nanos;
        for (long rest = nanos; rest > 0 && !closing; rest = end - System.nanoTime()) {
            LockSupport.parkNanos(this, rest);
        }
    }

    /** Ends the thread and waits for it; the task is not called any more. */
    @Override
    public void close() {
        closing = true;
        LockSupport.unpark(thread);
        ThreadEnd.await(thread);
    }
}
