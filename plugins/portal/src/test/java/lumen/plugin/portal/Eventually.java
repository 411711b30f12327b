package lumen.plugin.portal;

import static org.junit.jupiter.api.Assertions.fail;

import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waiting for what comes soon. */
final class Eventually {
    private static final long LIMIT_NANOS = 15_000_000_000L;

    private Eventually() {
    }

    static void holds(String what, BooleanSupplier condition) {
        holds(() -> what, condition);
    }

    static void holds(Supplier<String> what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + LIMIT_NANOS;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                fail("never: " + what.get());
            }
            LockSupport.parkNanos(2_000_000);
        }
    }
}
