package lumen.host.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import lumen.spi.FrameImporter;
import lumen.spi.FrameImporterProvider;
import lumen.spi.HostContext;
import lumen.spi.ImportRequest;
import lumen.spi.Journal;
import lumen.spi.Notes;
import lumen.spi.Probe;
import lumen.spi.Trial;
import lumen.spi.Verdict;
import lumen.spi.Verdict.Check;
import lumen.spi.Verifiable;
import org.junit.jupiter.api.Test;

class TrialsTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final Map<String, String> notes = new HashMap<>();
    private final HostContext host = new HostContext() {
        @Override
        public Optional<String> variable(String name) {
            return Optional.empty();
        }

        @Override
        public Path runtimeDirectory() {
            throw new AssertionError("trials need no files");
        }

        @Override
        public Journal journal() {
            throw new AssertionError("trials change nothing outside");
        }

        @Override
        public Notes notes() {
            return new Notes() {
                @Override
                public Optional<String> get(String key) {
                    return Optional.ofNullable(notes.get(key));
                }

                @Override
                public void put(String key, String text) {
                    notes.put(key, text);
                }
            };
        }
    };
    private int tried;

    private final class Gpu implements FrameImporterProvider, Verifiable {
        private final String fingerprint;
        private final Supplier<Verdict> outcome;

        Gpu(String fingerprint, Supplier<Verdict> outcome) {
            this.fingerprint = fingerprint;
            this.outcome = outcome;
        }

        @Override
        public String id() {
            return "gpu";
        }

        @Override
        public Probe probe(HostContext context) {
            throw new AssertionError("the ledger holds the answer already");
        }

        @Override
        public FrameImporter open(ImportRequest request) {
            throw new AssertionError("trials open nothing themselves");
        }

        @Override
        public String fingerprint() {
            return fingerprint;
        }

        @Override
        public Verdict verify(Trial trial) {
            tried++;
            return outcome.get();
        }
    }

    private static Verdict good() {
        return new Verdict(List.of(Check.passed("pixels", "all right"), Check.skipped("tiled", "no such modifier")));
    }

    private static Verdict bad() {
        return new Verdict(List.of(Check.passed("pixels", "all right"), Check.failed("tiled", "pixel 3 is black")));
    }

    private Trials run(Gpu gpu) {
        Trials trials = new Trials(List.of(new Candidate(Kind.IMPORTER, "gpu", "mods", Optional.of(gpu), Probe.available(90))), host);
        trials.start();
        assertTrue(trials.await(LIMIT));
        return trials;
    }

    @Test
    void shouldTryOncePerFingerprint() {
        Gpu first = new Gpu("driver 1", TrialsTest::good);
        assertEquals(Optional.empty(), run(first).refusal(first));
        Gpu again = new Gpu("driver 1", TrialsTest::good);
        assertTrue(run(again).verdict(again).orElseThrow().passed());
        assertEquals(1, tried);
        run(new Gpu("driver 2", TrialsTest::good));
        assertEquals(2, tried);
    }

    @Test
    void shouldRefuseWhatFailedAndTryItAgainAtTheNextStart() {
        Gpu gpu = new Gpu("driver 1", TrialsTest::bad);
        assertEquals(Optional.of("tiled: pixel 3 is black"), run(gpu).refusal(gpu));
        run(gpu);
        assertEquals(2, tried);
    }

    @Test
    void shouldTakeAnExceptionForAFailure() {
        Gpu gpu = new Gpu("driver 1", () -> {
            throw new UnsatisfiedLinkError("no libEGL");
        });
        assertTrue(run(gpu).refusal(gpu).orElseThrow().contains("no libEGL"));
    }

    @Test
    void shouldNotTryAThirdTimeWhatEndedTheHostTwice() {
        Gpu gpu = new Gpu("driver 1", TrialsTest::good);
        notes.put("trial/importer/gpu", "begun driver 1");
        assertEquals(Optional.empty(), run(gpu).refusal(gpu));
        notes.put("trial/importer/gpu", "begun again driver 1");
        assertTrue(run(gpu).refusal(gpu).orElseThrow().contains("ended the host"));
        assertEquals(1, tried);
    }

    @Test
    void shouldSayNothingOfWhatIsStillBeingTried() throws InterruptedException {
        CountDownLatch go = new CountDownLatch(1);
        Gpu gpu = new Gpu("driver 1", () -> {
            try {
                go.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            return bad();
        });
        Trials trials = new Trials(List.of(new Candidate(Kind.IMPORTER, "gpu", "mods", Optional.of(gpu), Probe.available(90))), host);
        trials.start();
        assertFalse(trials.await(Duration.ofMillis(1)));
        assertEquals(Optional.empty(), trials.refusal(gpu));
        go.countDown();
        assertTrue(trials.await(LIMIT));
        assertTrue(trials.refusal(gpu).isPresent());
    }
}
