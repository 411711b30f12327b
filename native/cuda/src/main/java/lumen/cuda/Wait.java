package lumen.cuda;

import java.util.concurrent.locks.LockSupport;

/** Waits for work of the GPU with a limit: the driver's own waits have none. */
final class Wait {
    /** A copy of a frame takes 10 to 200 µs: shorter than the kernel's way to sleep and back. */
    private static final long SPIN_NANOS = 250_000;
    private static final long PARK_NANOS = 50_000;

    private Wait() {
    }

    /** Something that ends. */
    @FunctionalInterface
    interface Ends {
        boolean done();
    }

    /** @throws CudaException {@linkplain CudaException#timedOut() timed out} if it hasn't ended in time */
    static void until(Ends work, long limitNanos, String what) {
        long start = System.nanoTime();
        while (!work.done()) {
            long waited = System.nanoTime() - start;
            if (waited > limitNanos) {
                throw new CudaException(what + " did not end within " + limitNanos / 1_000_000 + " ms", CudaException.NOT_READY);
            }
            if (waited > SPIN_NANOS) {
                LockSupport.parkNanos(PARK_NANOS);
            } else {
                Thread.onSpinWait();
            }
        }
    }
}
