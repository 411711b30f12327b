package lumen.host.cli;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import lumen.host.config.Settings;
import lumen.host.plugin.Candidate;
import lumen.host.plugin.Kind;
import lumen.host.plugin.Ledger;
import lumen.host.plugin.Selection;
import lumen.host.plugin.SelectionException;
import lumen.spi.Verdict;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lumen doctor}: what was found on this machine, what would be used, and why the rest would not. */
@Command(name = "doctor", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Show what works on this machine and why the rest does not.")
final class DoctorCommand implements Callable<Integer> {
    private static final Duration TRIALS = Duration.ofSeconds(60);

    @Mixin
    private Bootstrap bootstrap;

    @Option(names = "--json", description = "For machines.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        Settings settings = bootstrap.settings();
        try (ScratchState scratch = ScratchState.create()) {
            Selection selection = bootstrap.selection(scratch.context(bootstrap));
            selection.trials().await(TRIALS);
            boolean healthy = json ? printJson(settings, selection) : printText(settings, selection);
            return healthy ? 0 : LumenCommand.FAILED;
        }
    }

    private static String words(Verdict verdict) {
        return verdict.failure().map(f -> "FAILED, " + f.name() + ": " + f.detail())
                .orElse(verdict.passed() ? "passed" : "nothing could be tried");
    }

    private boolean printText(Settings settings, Selection selection) {
        PrintStream out = System.out;
        Ledger ledger = selection.ledger();
        out.println("lumen " + LumenVersion.version() + ", Java " + Runtime.version() + ", "
                + System.getProperty("os.name") + " " + System.getProperty("os.version"));
        for (Kind kind : Kind.values()) {
            out.println();
            out.println(kind.label());
            for (Candidate c : ledger.all(kind)) {
                out.printf("  %s %-14s %s%n", c.usable() ? "+" : "-", c.id(), c.usable()
                        ? "rank " + c.rank()
                        : c.reason().orElse("no reason given"));
                c.remedy().ifPresent(r -> out.println("      remedy: " + r));
                c.evidence().forEach(e -> out.println("      " + e.name() + ": " + e.value()));
                c.provider().flatMap(selection.trials()::verdict).ifPresent(v -> out.println("      trial: " + words(v)));
                if (!c.origin().equals("mods")) {
                    out.println("      from: " + c.origin());
                }
            }
            if (ledger.all(kind).isEmpty()) {
                out.println("  (none found)");
            }
        }
        if (!ledger.rejected().isEmpty()) {
            out.println();
            out.println("plug-ins that could not be loaded");
            ledger.rejected().forEach(r -> out.println("  - " + r.file() + ": " + r.reason()));
        }
        out.println();
        out.println("settings that differ from their defaults");
        List<String> changed = new ArrayList<>();
        settings.all().forEach((key, value) -> {
            if (!value.source().equals("default")) {
                changed.add("  " + key + " = " + value.text() + "  (" + value.source() + ")");
            }
        });
        (changed.isEmpty() ? List.of("  (none)") : changed).forEach(out::println);
        settings.warnings().forEach(w -> out.println("  ! " + w));
        out.println();
        List<String> problems = problems(selection);
        if (problems.isEmpty()) {
            out.println("would stream: " + new ChainDescription(selection).line());
            ChosenEncoder.all(selection, RenderNode.all()).forEach(e -> out.println("would encode " + e.line()));
        } else {
            problems.forEach(p -> out.println("would not stream: " + p));
        }
        return problems.isEmpty();
    }

    private boolean printJson(Settings settings, Selection selection) throws IOException {
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("version", LumenVersion.version());
        root.put("java", Runtime.version().toString());
        List<Object> candidates = new ArrayList<>();
        for (Candidate c : selection.ledger().candidates()) {
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("kind", c.kind().label());
            entry.put("id", c.id());
            entry.put("origin", c.origin());
            entry.put("usable", c.usable());
            entry.put("rank", c.rank());
            c.reason().ifPresent(r -> entry.put("reason", r));
            c.remedy().ifPresent(r -> entry.put("remedy", r));
            c.provider().flatMap(selection.trials()::verdict).ifPresent(v -> entry.put("trial", words(v)));
            Map<String, String> evidence = new LinkedHashMap<>();
            c.evidence().forEach(e -> evidence.put(e.name(), e.value()));
            entry.put("evidence", evidence);
            candidates.add(entry);
        }
        root.put("candidates", candidates);
        root.put("rejected", selection.ledger().rejected().stream()
                .map(r -> Map.of("file", r.file(), "reason", r.reason())).toList());
        Map<String, Object> values = new LinkedHashMap<>();
        settings.all().forEach((key, value) -> values.put(key, Map.of("value", value.text(), "source", value.source())));
        root.put("settings", values);
        List<String> problems = problems(selection);
        root.put("problems", problems);
        root.put("encoders", !problems.isEmpty() ? List.of() : ChosenEncoder.all(selection, RenderNode.all()).stream()
                .map(e -> Map.of("frames", e.frames(), "codec", e.codec().name(),
                        "encoder", e.choice().offer().name(), "reason", e.reason()))
                .toList());
        System.out.println(JSON.std.with(JSON.Feature.PRETTY_PRINT_OUTPUT).asString(root));
        return problems.isEmpty();
    }

    private static List<String> problems(Selection selection) {
        List<String> problems = new ArrayList<>();
        for (Runnable choice : List.<Runnable>of(selection::displays, selection::importers,
                () -> selection.encoders(OptionalLong.empty()))) {
            try {
                choice.run();
            } catch (SelectionException e) {
                problems.add(e.getMessage());
            }
        }
        return problems;
    }
}
