package lumen.tools.selftest;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** The stages of a self-test, in order; the first that fails in setting up ends it. */
final class SelfTest {
    private static final Duration START_LIMIT = Duration.ofSeconds(30);
    private static final Duration PAIRING_LIMIT = Duration.ofSeconds(20);
    private static final Duration STREAM_OVERHEAD = Duration.ofSeconds(30);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(5);
    private static final String PIN = "4711";
    /** Fewer than this share of the frames that fit into the time is no fluent stream. */
    private static final double FLUENT = 0.8;

    private final Installation installation;
    private final Workspace work;
    private final Plan plan;
    private final Consumer<Check> onCheck;
    private final List<Check> checks = new ArrayList<>();

    /**
     * What to stream.
     *
     * @param size    {@code WIDTHxHEIGHT}
     * @param backend of the display: {@code testcard}, whose pictures and sound are verified, or a compositor's
     */
    record Plan(String size, int fps, double seconds, String backend) {
        boolean verified() {
            return backend.equals("testcard");
        }
    }

    /** @param onCheck told of each stage as it ends */
    SelfTest(Installation installation, Workspace work, Plan plan, Consumer<Check> onCheck) {
        this.installation = installation;
        this.work = work;
        this.plan = plan;
        this.onCheck = onCheck;
    }

    /** Runs all stages. */
    List<Check> run() throws InterruptedException {
        int base = Installation.freeBasePort();
        try {
            Child host = startHost(base);
            pair(host, base);
            stream("stream, plain", base, "none");
            stream("stream, encrypted", base, "all");
            stop(host);
        } catch (SelfTestException e) {
            // Reported as the stage that failed; what comes after it can't work either.
            add(stage, false, e.getMessage());
        }
        return checks;
    }

    private String stage = "";

    private Child startHost(int base) throws InterruptedException {
        stage = "host";
        long start = System.nanoTime();
        List<String> arguments = new ArrayList<>(List.of("serve", "--config", "/dev/null",
                "--state", work.path("state").toString(), "--set", "runtime-directory=" + work.path("run"),
                "--set", "name=lumen self-test", "--set", "network.mdns=false", "--set", "network.bind=127.0.0.1",
                "--set", "network.base-port=" + base));
        if (plan.verified()) {
            arguments.addAll(List.of("--set", "display.source=testcard"));
        } else {
            arguments.addAll(List.of("--set", "display.source=virtual", "--set", "display.compositor=" + plan.backend()));
        }
        Child host = work.start("host", installation.command("lumen.host", arguments));
        String chain = host.awaitLine(line -> line.startsWith("  streams  "), START_LIMIT);
        host.awaitLine("serving"::equals, START_LIMIT);
        add(stage, true, String.format(Locale.ROOT, "ready after %.1f s: %s", seconds(start),
                chain.substring("  streams  ".length())));
        return host;
    }

    private void pair(Child host, int base) throws InterruptedException {
        stage = "pairing";
        long start = System.nanoTime();
        Child client = work.start("client-pair", installation.command("lumen.tools",
                List.of("client", "pair", address(base), "--pin", PIN, "--keys", work.path("keys").toString())));
        host.awaitLine(line -> line.contains("wants to pair"), PAIRING_LIMIT);
        Child entry = work.start("pair", installation.command("lumen.host",
                List.of("pair", PIN, "--config", "/dev/null", "--set", "runtime-directory=" + work.path("run"))));
        require(entry, "lumen pair", PAIRING_LIMIT);
        require(client, "the client", PAIRING_LIMIT);
        add(stage, true, String.format(Locale.ROOT, "%.1f s", seconds(start)));
    }

    private void stream(String name, int base, String encryption) throws InterruptedException {
        stage = name;
        Path report = work.path("report-" + encryption + ".json");
        int expected = (int) Math.floor(plan.fps() * plan.seconds() * FLUENT);
        List<String> arguments = new ArrayList<>(List.of("client", "stream", address(base),
                "--keys", work.path("keys").toString(), "--size", plan.size(), "--fps", Integer.toString(plan.fps()),
                "--seconds", Double.toString(plan.seconds()), "--encryption", encryption, "--quiet",
                "--expect-min-frames", Integer.toString(expected), "--json", report.toString()));
        if (plan.verified()) {
            // On a busy machine the host leaves cards out before encoding; that is its promise, not a fault.
            arguments.addAll(List.of("--verify", "--max-skipped", "0.25"));
        }
        Child client = work.start("client-" + encryption, installation.command("lumen.tools", arguments));
        int code = client.await(STREAM_OVERHEAD.plusMillis(Math.round(plan.seconds() * 1000)));
        Optional<StreamFigures> figures = Files.exists(report) ? Optional.of(new StreamFigures(read(report))) : Optional.empty();
        if (figures.isEmpty()) {
            add(stage, false, "exit code " + code + ": " + client.lastWords());
            return;
        }
        add(stage, figures.get().passed(), figures.get().picture(plan.verified()));
        add(name.replace("stream", "sound"), figures.get().soundPassed(), figures.get().sound(plan.verified()));
    }

    private void stop(Child host) throws InterruptedException {
        stage = "host stops";
        long start = System.nanoTime();
        host.terminate();
        int code = host.await(STOP_LIMIT);
        // 143 is what a JVM ended by SIGTERM returns when its shutdown went well.
        boolean expected = code == 0 || code == 143;
        add(stage, expected, expected ? String.format(Locale.ROOT, "%.1f s", seconds(start))
                : "exit code " + code + ": " + host.lastWords());
    }

    private void require(Child child, String who, Duration limit) throws InterruptedException {
        int code = child.await(limit);
        if (code != 0) {
            throw new SelfTestException(who + " ended with exit code " + code + ": " + child.lastWords());
        }
    }

    private static Map<String, Object> read(Path report) {
        try {
            return JSON.std.mapFrom(Files.readString(report));
        } catch (IOException e) {
            throw new SelfTestException("the client's report can't be read: " + e.getMessage(), e);
        }
    }

    private void add(String name, boolean passed, String figure) {
        Check check = new Check(name, passed, figure);
        checks.add(check);
        onCheck.accept(check);
    }

    private static String address(int base) {
        return "127.0.0.1:" + base;
    }

    private static double seconds(long startNanos) {
        return (System.nanoTime() - startNanos) / 1e9;
    }
}
