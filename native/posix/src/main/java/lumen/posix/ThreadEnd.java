package lumen.posix;

/** Waits for a thread that was told to end and is sure to: what it used may be freed only afterwards. */
public final class ThreadEnd {
    private ThreadEnd() {
    }

    /**
     * Returns once the thread has ended. An interrupt does not cut that short, and is kept for the caller.
     *
     * @param thread may never have been started
     * @throws IllegalStateException on that thread itself
     */
    public static void await(Thread thread) {
        if (thread == Thread.currentThread()) {
            throw new IllegalStateException("a thread can't wait for its own end: " + thread.getName());
        }
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
