package lumen.bench;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs the benchmarks whose name matches an expression, each in a process of its own, and prints a table. */
public final class Main {
    private static final String ALLOCATED = "gc.alloc.rate.norm";

    private Main() {
    }

    /** @param args one regular expression, or none for all benchmarks; {@code encoder} for x264's figures */
    public static void main(String[] args) throws RunnerException, InterruptedException {
        if (args.length == 1 && args[0].equals("encoder")) {
            EncoderFigures.print();
            return;
        }
        String expression = args.length == 0 ? "lumen\\.bench\\..*" : args[0];
        System.err.println("lumen: about 4 seconds for each benchmark, two and a half minutes for all");
        var options = new OptionsBuilder().include(expression).mode(Mode.AverageTime).timeUnit(TimeUnit.MICROSECONDS)
                .forks(1).warmupIterations(3).warmupTime(TimeValue.milliseconds(400))
                .measurementIterations(5).measurementTime(TimeValue.milliseconds(300))
                .shouldFailOnError(true).verbosity(VerboseMode.SILENT).addProfiler(GCProfiler.class).build();
        Collection<RunResult> results = new Runner(options).run();
        System.out.printf("%-38s %-30s %12s %10s %10s  %s%n", "benchmark", "parameters", "us/op", "+-", "bytes/op", "");
        results.stream().sorted(Comparator.comparing(Main::name).thenComparing(Main::parameters)).forEach(Main::print);
    }

    private static void print(RunResult result) {
        Result<?> time = result.getPrimaryResult();
        double allocated = result.getSecondaryResults().containsKey(ALLOCATED)
                ? result.getSecondaryResults().get(ALLOCATED).getScore() : Double.NaN;
        // What a benchmark counts itself, such as system calls for each packet.
        // JMH adds those up over the iterations.
        int iterations = result.getParams().getMeasurement().getCount();
        String counted = result.getSecondaryResults().entrySet().stream().filter(e -> !e.getKey().startsWith("gc."))
                .map(e -> String.format(Locale.ROOT, "%s %.3f", e.getKey(), e.getValue().getScore() / iterations))
                .collect(Collectors.joining(", "));
        System.out.printf(Locale.ROOT, "%-38s %-30s %12.3f %10.3f %10.0f  %s%n", name(result), parameters(result),
                time.getScore(), time.getScoreError(), allocated, counted);
    }

    private static String name(RunResult result) {
        String name = result.getParams().getBenchmark();
        return name.substring(Main.class.getPackageName().length() + 1);
    }

    private static String parameters(RunResult result) {
        BenchmarkParams params = result.getParams();
        return params.getParamsKeys().stream().map(k -> k + "=" + params.getParam(k)).collect(Collectors.joining(" "));
    }
}
