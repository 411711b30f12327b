package lumen.posix;

/** Waits for a thread that was told to end and is sure to: what it used may be freed only afterwards. */
public final class ThreadEnd {
    private ThreadEnd() {
    }

    /**
     * Returns once the thread has ended. An interrupt does not cut that short, and is kept for the caller.
     *
     * @param thread another one than the caller's; it may never have been started
     */
    public static void await(Thread thread) {
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
