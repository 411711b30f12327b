package lumen.tools.selftest;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import lumen.client.StreamOptions;
import lumen.tools.selftest.SelfTest.Plan;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code lumen selftest}: exit code 0 if everything works, 1 if something doesn't, 2 for wrong usage. */
@Command(name = "selftest", mixinStandardHelpOptions = true, sortOptions = false, showDefaultValues = true,
        description = "Starts a host and a client on this machine, pairs them, streams, and verifies picture and sound.")
public final class SelfTestCommand implements Callable<Integer> {
    private static final Pattern SIZE = Pattern.compile("(\\d{1,5})x(\\d{1,5})");
    private static final int STAGE_WIDTH = 20;

    @Option(names = "--json", description = "print the result for machines")
    private boolean json;

    @Option(names = "--seconds", paramLabel = "N", description = "how long each stream takes")
    private double seconds = 5;

    @Option(names = "--size", paramLabel = "WxH", description = "size of the picture in pixels")
    private String size = "1280x720";

    @Option(names = "--fps", paramLabel = "N", description = "frames a second")
    private int fps = 60;

    @Option(names = "--backend", paramLabel = "ID",
            description = "the display backend to stream, as lumen doctor lists them: testcard is verified pixel by pixel, "
                    + "a compositor such as kwin, mutter, wlroots or gamescope is not")
    private String backend = "testcard";

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        requireStreamable();
        PrintWriter out = spec.commandLine().getOut();
        Workspace work;
        Installation installation;
        try {
            installation = Installation.current();
            work = Workspace.create();
        } catch (SelfTestException e) {
            spec.commandLine().getErr().println("lumen selftest: " + e.getMessage());
            return 1;
        }
        Thread cleaner = new Thread(work::close, "lumen-cleaner");
        Runtime.getRuntime().addShutdownHook(cleaner);
        List<Check> checks;
        try (work) {
            checks = new SelfTest(installation, work, new Plan(size, fps, seconds, backend),
                    check -> print(out, check)).run();
        }
        boolean passed = checks.stream().allMatch(Check::passed);
        if (json) {
            out.println(document(checks, passed));
        } else {
            out.println(passed ? "\neverything works" : "\nnot everything works");
        }
        out.flush();
        return passed ? 0 : 1;
    }

    /** What the client would refuse later is refused now. */
    private void requireStreamable() {
        Matcher wh = SIZE.matcher(size);
        if (!wh.matches()) {
            throw new ParameterException(spec.commandLine(), "--size '" + size + "', allowed: WIDTHxHEIGHT");
        }
        if (!(seconds >= 1 && seconds <= 3600)) {
            throw new ParameterException(spec.commandLine(), "--seconds " + seconds + ", allowed: 1 to 3600");
        }
        try {
            StreamOptions.builder().size(Integer.parseInt(wh.group(1)), Integer.parseInt(wh.group(2))).fps(fps).build();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private void print(PrintWriter out, Check check) {
        if (!json) {
            out.println(check.stage() + " ".repeat(Math.max(1, STAGE_WIDTH - check.stage().length()))
                    + (check.passed() ? "ok      " : "FAILED  ") + check.figure());
            out.flush();
        }
    }

    private static String document(List<Check> checks, boolean passed) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("passed", passed);
        document.put("checks", checks.stream().map(check -> {
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("stage", check.stage());
            entry.put("passed", check.passed());
            entry.put("figure", check.figure());
            return entry;
        }).toList());
        try {
            return JSON.std.with(JSON.Feature.PRETTY_PRINT_OUTPUT).asString(document);
        } catch (IOException e) {
            throw new IllegalStateException("maps of text have a JSON form", e);
        }
    }
}
