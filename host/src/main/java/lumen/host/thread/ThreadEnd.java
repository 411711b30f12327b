package lumen.host.thread;

/** The end of a thread whose owner is about to free what it uses. */
public final class ThreadEnd {
    private ThreadEnd() {
    }

    /**
     * Waits for a thread that has been told to end. There is no way out before: an interrupt of the caller is kept for later.
     *
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
