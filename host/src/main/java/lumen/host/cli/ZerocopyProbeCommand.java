package lumen.host.cli;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import lumen.host.plugin.Candidate;
import lumen.host.plugin.Kind;
import lumen.host.plugin.RunningHost;
import lumen.host.plugin.Selection;
import lumen.spi.Evidence;
import lumen.spi.FrameImporterProvider;
import lumen.spi.Trial;
import lumen.spi.Verdict;
import lumen.spi.Verdict.Check;
import lumen.spi.Verdict.Outcome;
import lumen.spi.Verdict.Spread;
import lumen.spi.Verdict.Timing;
import lumen.spi.Verifiable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code lumen zerocopy-probe}: every path from a compositor's buffer to an encoder, tried on buffers made on the spot,
 * with all pixels compared and each frame timed. The acceptance test for a GPU and its driver.
 */
@Command(name = "zerocopy-probe", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Try every zero-copy path of this machine's GPU, compare pixels, and time it.")
final class ZerocopyProbeCommand implements Callable<Integer> {
    private static final List<Trial.Size> SIZES = List.of(new Trial.Size(1280, 720), new Trial.Size(1920, 1080),
            new Trial.Size(3840, 2160), new Trial.Size(5120, 2880));

    @Mixin
    private Bootstrap bootstrap;

    @Option(names = "--json", description = "For machines.")
    private boolean json;

    @Option(names = "--only", paramLabel = "ID", description = "Only this backend. Repeatable.")
    private List<String> only = new ArrayList<>();

    @Option(names = "--frames", paramLabel = "N", defaultValue = "180",
            description = "Frames to time at each size (${DEFAULT-VALUE}; 0: compare pixels only).")
    private int frames;

    @Option(names = "--seconds", paramLabel = "N", defaultValue = "120",
            description = "Most each backend may take (${DEFAULT-VALUE}).")
    private int seconds;

    /** A backend and what came of it; without a verdict it could not even be tried. Facts decide nothing. */
    private record Tried(Candidate candidate, Optional<Verdict> verdict, List<Evidence> facts) {
        /** What isn't used anyway can't fail. */
        boolean failed() {
            return candidate.usable() && verdict.flatMap(Verdict::failure).isPresent();
        }
    }

    @Override
    public Integer call() throws IOException {
        if (frames < 0 || seconds < 1) {
            throw new CommandFailure("--frames can't be below 0, nor --seconds below 1");
        }
        bootstrap.settings();
        try (ScratchState scratch = ScratchState.create()) {
            RunningHost context = scratch.context(bootstrap);
            Selection selection = bootstrap.untriedSelection(context);
            List<Tried> tried = new ArrayList<>();
            for (Candidate c : selection.ledger().candidates()) {
                if (concerns(c) && (only.isEmpty() || only.contains(c.id()))) {
                    tried.add(new Tried(c, tryOut(c, context), facts(c, context)));
                }
            }
            if (tried.isEmpty()) {
                throw new CommandFailure("there is no zero-copy backend called " + String.join(" or ", only));
            }
            boolean good = tried.stream().anyMatch(t -> t.candidate().kind() == Kind.IMPORTER && t.candidate().usable()
                    && t.verdict().filter(Verdict::passed).isPresent()) && tried.stream().noneMatch(Tried::failed);
            if (json) {
                printJson(tried, good);
            } else {
                printText(tried, good);
            }
            return good ? 0 : LumenCommand.FAILED;
        }
    }

    /** Importers that use a GPU, whether they can or not, and every encoder. */
    private static boolean concerns(Candidate c) {
        return c.kind() == Kind.ENCODER
                || c.kind() == Kind.IMPORTER && c.provider().filter(p -> p instanceof FrameImporterProvider i && i.zeroCopy()).isPresent();
    }

    /** Unusable ones, too, as far as they come: what they can do without dmabufs is worth knowing. */
    private Optional<Verdict> tryOut(Candidate c, RunningHost context) {
        if (!(c.provider().orElse(null) instanceof Verifiable backend)) {
            return Optional.empty();
        }
        try {
            Verdict verdict = backend.verify(new Trial(context, SIZES, frames, seconds));
            return c.usable() || verdict.passed() ? Optional.of(verdict) : Optional.empty();
        } catch (RuntimeException | LinkageError e) {
            return c.usable() ? Optional.of(new Verdict(List.of(Check.failed("trial", e.toString())))) : Optional.empty();
        }
    }

    private List<Evidence> facts(Candidate c, RunningHost context) {
        if (!(c.provider().orElse(null) instanceof Verifiable backend)) {
            return List.of();
        }
        try {
            return backend.facts(new Trial(context, SIZES, frames, seconds));
        } catch (RuntimeException | LinkageError e) {
            return List.of(new Evidence("facts", "none: " + e));
        }
    }

    private static void printText(List<Tried> tried, boolean good) {
        PrintStream out = System.out;
        out.println("lumen " + LumenVersion.version() + ", Java " + Runtime.version() + ", Linux " + System.getProperty("os.version"));
        for (Tried t : tried) {
            Candidate c = t.candidate();
            out.printf("%n%s %s%n", c.kind().label(), c.id());
            c.reason().ifPresent(r -> out.println("  not usable: " + r));
            c.remedy().ifPresent(r -> out.println("  remedy: " + r));
            c.evidence().forEach(e -> out.println("  " + e.name() + ": " + e.value()));
            for (Check check : t.verdict().map(Verdict::checks).orElse(List.of())) {
                out.printf("  %-7s %s: %s%n", check.outcome() == Outcome.PASSED ? "ok" : check.outcome().name().toLowerCase(Locale.ROOT),
                        check.name(), check.detail());
                check.timing().ifPresent(timing -> out.println("          " + words(timing)));
            }
            t.facts().forEach(f -> out.println("  fact    " + f.name() + ": " + f.value()));
        }
        out.println();
        out.println(good ? "verdict: zero-copy works here" : tried.stream().anyMatch(Tried::failed)
                ? "verdict: FAILED, see above; what failed is not used, streams fall back to what works"
                : "verdict: nothing here can do zero-copy; streams go through CPU memory");
    }

    private static String words(Timing t) {
        return String.format(Locale.ROOT, "%dx%d, %d frames: ", t.size().width(), t.size().height(), t.frames())
                + t.gpu().map(g -> "GPU " + words(g) + ", ").orElse("") + "CPU " + words(t.cpu()) + ", wall " + words(t.wall());
    }

    private static String words(Spread s) {
        return String.format(Locale.ROOT, "%.3f ms (p99 %.3f)", s.medianNanos() / 1e6, s.p99Nanos() / 1e6);
    }

    private static void printJson(List<Tried> tried, boolean good) throws IOException {
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("version", LumenVersion.version());
        root.put("java", Runtime.version().toString());
        root.put("kernel", System.getProperty("os.version"));
        List<Object> backends = new ArrayList<>();
        for (Tried t : tried) {
            Candidate c = t.candidate();
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("kind", c.kind().label());
            entry.put("id", c.id());
            entry.put("usable", c.usable());
            c.reason().ifPresent(r -> entry.put("reason", r));
            c.remedy().ifPresent(r -> entry.put("remedy", r));
            entry.put("evidence", json(c.evidence()));
            entry.put("checks", t.verdict().map(Verdict::checks).orElse(List.of()).stream().map(ZerocopyProbeCommand::json).toList());
            entry.put("facts", json(t.facts()));
            backends.add(entry);
        }
        root.put("backends", backends);
        root.put("good", good);
        System.out.println(JSON.std.with(JSON.Feature.PRETTY_PRINT_OUTPUT).asString(root));
    }

    private static Map<String, String> json(List<Evidence> evidence) {
        Map<String, String> entry = new LinkedHashMap<>();
        evidence.forEach(e -> entry.put(e.name(), e.value()));
        return entry;
    }

    private static Map<String, Object> json(Check check) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("name", check.name());
        entry.put("outcome", check.outcome().name().toLowerCase(Locale.ROOT));
        entry.put("detail", check.detail());
        check.timing().ifPresent(t -> {
            Map<String, Object> timing = new LinkedHashMap<>();
            timing.put("width", t.size().width());
            timing.put("height", t.size().height());
            timing.put("frames", t.frames());
            t.gpu().ifPresent(g -> timing.put("gpu-ns", json(g)));
            timing.put("cpu-ns", json(t.cpu()));
            timing.put("wall-ns", json(t.wall()));
            entry.put("timing", timing);
        });
        return entry;
    }

    private static Map<String, Long> json(Spread s) {
        return Map.of("median", s.medianNanos(), "p99", s.p99Nanos());
    }
}
