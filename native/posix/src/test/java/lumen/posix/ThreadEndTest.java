package lumen.posix;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ThreadEndTest {
    @AfterEach
    void noInterruptIsLeft() {
        Thread.interrupted();
    }

    @Test
    void anInterruptNeitherCutsTheWaitShortNorIsLost() {
        Thread waiter = Thread.currentThread();
        Thread ending = Thread.ofPlatform().start(() -> {
            // Ends only once the wait was interrupted and goes on, which has cleared the flag.
            while (waiter.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
            waiter.interrupt();
            while (waiter.getState() != Thread.State.WAITING || waiter.isInterrupted()) {
                Thread.onSpinWait();
            }
        });
        ThreadEnd.await(ending);
        assertFalse(ending.isAlive());
        assertTrue(Thread.currentThread().isInterrupted());
    }

    @Test
    void oneThatHasEndedOrWasNeverStartedIsNotWaitedFor() {
        ThreadEnd.await(Thread.ofPlatform().unstarted(() -> { }));
        assertFalse(Thread.currentThread().isInterrupted());
    }

    @Test
    void nobodyWaitsForItself() {
        assertThrows(IllegalStateException.class, () -> ThreadEnd.await(Thread.currentThread()));
    }
}
