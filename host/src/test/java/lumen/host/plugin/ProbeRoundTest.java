package lumen.host.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import lumen.host.plugin.ProbeRound.Found;
import lumen.spi.HostContext;
import lumen.spi.Probe;
import lumen.spi.Provider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ProbeRoundTest {
    private static final Duration SHORT = Duration.ofMillis(20);
    private static final Duration LONG = Duration.ofSeconds(20);

    private final CountDownLatch never = new CountDownLatch(1);

    @AfterEach
    void letGo() {
        never.countDown();
    }

    private record Answering(String id, Supplier<Probe> answer) implements Provider {
        @Override
        public Probe probe(HostContext host) {
            return answer.get();
        }
    }

    private static Found found(Kind kind, String id, Supplier<Probe> answer) {
        return new Found(kind, new Answering(id, answer), id, "test");
    }

    private static List<Probe> ask(Duration timeout, Found... found) {
        return List.copyOf(ProbeRound.ask(List.of(found), null, timeout).values());
    }

    private static Optional<String> reason(Probe probe) {
        return probe instanceof Probe.Unavailable u ? Optional.of(u.reason()) : Optional.empty();
    }

    private Probe hang() {
        try {
            never.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return Probe.available(50);
    }

    /** Works, but only once another's time is over. */
    private Supplier<Probe> lateBy(Duration timeout) {
        long begin = System.nanoTime();
        return () -> {
            while (System.nanoTime() - begin < 2 * timeout.toNanos()) {
                Thread.onSpinWait();
            }
            return Probe.available(50);
        };
    }

    @Test
    void answersKeepTheirOrder() {
        List<Probe> answers = ask(LONG, found(Kind.ENCODER, "a", () -> Probe.available(1)), found(Kind.ENCODER, "b", () -> Probe.available(2)));

        assertEquals(List.of(Probe.available(1), Probe.available(2)), answers);
    }

    @Test
    void whoThrowsOrSaysNothingIsUnavailable() {
        List<Probe> answers = ask(LONG, found(Kind.INPUT, "throws", () -> {
            throw new IllegalStateException("broken");
        }), found(Kind.INPUT, "silent", () -> null));

        assertEquals(Optional.of("its probe failed: java.lang.IllegalStateException: broken"), reason(answers.get(0)));
        assertEquals(Optional.of("its probe gave no answer"), reason(answers.get(1)));
    }

    @Test
    void nobodyWaitsForWhomOthersCanReplace() {
        // Only the hanging one's probe could end this wait, and it ends after the test.
        List<Probe> answers = ask(Duration.ofMillis(200), found(Kind.ENCODER, "works", () -> Probe.available(50)),
                found(Kind.ENCODER, "hangs", this::hang), found(Kind.AUDIO, "hangs, too", this::hang));

        assertInstanceOf(Probe.Available.class, answers.get(0));
        assertEquals(Optional.of("its probe did not answer within 200 ms"), reason(answers.get(1)));
        assertEquals(Optional.of("its probe did not answer within 200 ms"), reason(answers.get(2)));
    }

    @Test
    void theOnlyOneOfANeededKindGetsMoreTime() {
        List<Probe> answers = ask(Duration.ofMillis(500), found(Kind.ENCODER, "broken", () -> Probe.unavailable("no")),
                found(Kind.ENCODER, "slow", lateBy(Duration.ofMillis(500))));

        assertEquals(Probe.available(50), answers.get(1));
    }

    @Test
    void theOnlyOneIsNotAwaitedForEver() {
        assertEquals(Optional.of("its probe did not answer within 20 ms"), reason(ask(SHORT, found(Kind.DISPLAY, "hangs", this::hang)).getFirst()));
    }
}
