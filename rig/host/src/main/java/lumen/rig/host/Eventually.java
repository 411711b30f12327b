package lumen.rig.host;

import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waiting for what comes soon. */
public final class Eventually {
    private static final long LIMIT_NANOS = 15_000_000_000L;

    private Eventually() {
    }

    /** Fails unless a condition holds within 15 s. */
    public static void holds(String what, BooleanSupplier condition) {
        holds(() -> what, condition);
    }

    /** Fails unless a condition holds within 15 s. */
    public static void holds(Supplier<String> what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + LIMIT_NANOS;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("never: " + what.get());
            }
            LockSupport.parkNanos(2_000_000);
        }
    }
}
