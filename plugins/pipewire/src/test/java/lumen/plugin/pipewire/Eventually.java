package lumen.plugin.pipewire;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what other threads and processes do, with a deadline. */
public final class Eventually {
    private static final long LOOK_AGAIN_NANOS = 200_000;

    private Eventually() {
    }

    public static void holds(String what, BooleanSupplier condition) {
        holds(what, 10, condition);
    }

    public static void holds(String what, int seconds, BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("not within " + seconds + " s: " + what);
            }
            LockSupport.parkNanos(LOOK_AGAIN_NANOS);
        }
    }
}
