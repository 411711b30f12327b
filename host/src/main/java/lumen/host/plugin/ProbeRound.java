package lumen.host.plugin;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import lumen.spi.HostContext;
import lumen.spi.Probe;
import lumen.spi.Provider;

/** Asks backends whether they work here, each on a thread of its own; one that throws or hangs has that as its answer. */
final class ProbeRound {
    private static final Logger LOG = System.getLogger("lumen.plugin");
    /** Without one of each nothing can be streamed. */
    private static final Set<Kind> NEEDED = Set.of(Kind.DISPLAY, Kind.CAPTURER, Kind.IMPORTER, Kind.ENCODER);
    /** Where nothing else of a needed kind works, a probe has so many times as long: machines are slow while they boot. */
    private static final int PATIENCE = 10;

    /** A provider object, who has it, and whence it comes. */
    record Found(Kind kind, Provider provider, String id, String origin) {
    }

    private final Map<Found, FutureTask<Probe>> tasks = new LinkedHashMap<>();
    private final Duration timeout;
    private final long begin;

    private ProbeRound(List<Found> found, HostContext context, Duration timeout) {
        this.timeout = timeout;
        begin = System.nanoTime();
        for (Found f : found) {
            FutureTask<Probe> task = new FutureTask<>(() -> f.provider().probe(context));
            tasks.put(f, task);
            Thread.ofPlatform().daemon().name("lumen-probe-" + f.kind().label() + "-" + f.id()).start(task);
        }
    }

    /** Everybody's answer, in the order of the list. */
    static Map<Found, Probe> ask(List<Found> found, HostContext context, Duration timeout) {
        ProbeRound round = new ProbeRound(found, context, timeout);
        long deadline = round.begin + timeout.toNanos();
        round.tasks.values().forEach(task -> round.answer(task, deadline));
        NEEDED.forEach(round::awaitAny);
        Map<Found, Probe> answers = new LinkedHashMap<>();
        round.tasks.forEach((f, task) -> answers.put(f, round.answer(task, System.nanoTime())));
        return answers;
    }

    private void awaitAny(Kind kind) {
        List<Found> late = tasks.keySet().stream().filter(f -> f.kind() == kind && !tasks.get(f).isDone()).toList();
        boolean anyWorks = tasks.entrySet().stream().filter(e -> e.getKey().kind() == kind && e.getValue().isDone())
                .anyMatch(e -> answer(e.getValue(), begin) instanceof Probe.Available);
        if (late.isEmpty() || anyWorks) {
            return;
        }
        LOG.log(Level.WARNING, "no {0} backend works so far; waiting for the probe of {1}, not done after {2} ms", kind.label(),
                late.stream().map(Found::id).collect(Collectors.joining(", ")), Long.toString(timeout.toMillis()));
        long deadline = begin + PATIENCE * timeout.toNanos();
        for (Found f : late) {
            if (answer(tasks.get(f), deadline) instanceof Probe.Available) {
                return;
            }
        }
    }

    private Probe answer(FutureTask<Probe> task, long deadline) {
        try {
            Probe probe = task.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
            return probe == null ? Probe.unavailable("its probe gave no answer") : probe;
        } catch (TimeoutException e) {
            return Probe.unavailable("its probe did not answer within " + timeout.toMillis() + " ms");
        } catch (ExecutionException e) {
            return Probe.unavailable("its probe failed: " + e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Probe.unavailable("the start was interrupted");
        }
    }
}
