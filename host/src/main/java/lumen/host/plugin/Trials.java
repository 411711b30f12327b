package lumen.host.plugin;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import lumen.spi.CrashGuard;
import lumen.spi.HostContext;
import lumen.spi.Provider;
import lumen.spi.Trial;
import lumen.spi.Verdict;
import lumen.spi.Verdict.Check;
import lumen.spi.Verifiable;

/**
 * Tries out in the background what backends promise, once for each version of drivers and devices, and leaves out what
 * fails. Two trials in a row that ended the whole process, as a driver's bug can, count as a failure. Thread-safe.
 */
public final class Trials {
    private static final Logger LOG = System.getLogger("lumen.plugins");
    /** An even size and an odd one: right or wrong is the question, not how fast. */
    private static final List<Trial.Size> SIZES = List.of(new Trial.Size(1280, 720), new Trial.Size(641, 363));
    private static final int SECONDS = 20;
    private static final String PASSED = "passed ";

    private final List<Candidate> candidates;
    private final HostContext host;
    private final Map<Provider, Verdict> verdicts = new LinkedHashMap<>();
    private final CountDownLatch done = new CountDownLatch(1);

    /** @param candidates those that can't be tried are left alone */
    public Trials(List<Candidate> candidates, HostContext host) {
        this.candidates = candidates.stream().filter(c -> c.usable() && c.provider().orElseThrow() instanceof Verifiable).toList();
        this.host = host;
    }

    /** Begins, on a thread of its own. Once. */
    public void start() {
        if (candidates.isEmpty()) {
            done.countDown();
        } else {
            Thread.ofPlatform().daemon().name("lumen-trials").start(this::run);
        }
    }

    private void run() {
        try {
            for (Candidate candidate : candidates) {
                Verdict verdict = tryOut(candidate);
                synchronized (verdicts) {
                    verdicts.put(candidate.provider().orElseThrow(), verdict);
                }
                verdict.failure().ifPresent(f -> LOG.log(Level.WARNING, "{0} is left out: {1}", candidate.id(), words(f)));
            }
        } finally {
            done.countDown();
        }
    }

    private Verdict tryOut(Candidate candidate) {
        String key = "trial/" + candidate.kind().label() + "/" + candidate.id();
        try {
            Verifiable backend = (Verifiable) candidate.provider().orElseThrow();
            String fingerprint = backend.fingerprint();
            if (host.notes().get(key).equals(Optional.of(PASSED + fingerprint))) {
                return new Verdict(List.of(Check.passed("trial", "passed before, on " + fingerprint)));
            }
            CrashGuard guard = new CrashGuard(host.notes(), key, fingerprint);
            if (guard.barred()) {
                return new Verdict(List.of(Check.failed("trial", "the last two ended the host; the next is with another driver than " + fingerprint)));
            }
            Verdict verdict = guard.run(() -> backend.verify(new Trial(host, SIZES, 0, SECONDS)));
            if (verdict.failure().isEmpty()) {
                host.notes().put(key, PASSED + fingerprint);
            }
            return verdict;
        } catch (RuntimeException | LinkageError e) {
            return new Verdict(List.of(Check.failed("trial", e.toString())));
        }
    }

    private static String words(Check check) {
        return check.name() + ": " + check.detail();
    }

    /** Waits until all have been tried out; false if that takes longer. */
    public boolean await(Duration limit) {
        try {
            return done.await(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** What came of a backend's trial, if it has been tried out. */
    public Optional<Verdict> verdict(Provider provider) {
        synchronized (verdicts) {
            return Optional.ofNullable(verdicts.get(provider));
        }
    }

    /** Why a backend must not be used; empty while that isn't known. */
    public Optional<String> refusal(Provider provider) {
        return verdict(provider).flatMap(Verdict::failure).map(Trials::words);
    }
}
