package lumen.plugin.wlroots;

import java.util.Base64;
import java.util.Optional;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** Runs all scenarios of a {@link SwayScenario} in a JVM of an ordinary user and prints one line a result. */
final class ScenarioRunner {
    private ScenarioRunner() {
    }

    public static void main(String[] args) {
        LauncherFactory.create().execute(LauncherDiscoveryRequestBuilder.request()
                .selectors(DiscoverySelectors.selectClass(SwayLifeScenarios.class), DiscoverySelectors.selectClass(SwayCaptureScenarios.class),
                        DiscoverySelectors.selectClass(SwayInputScenarios.class)).build(), new TestExecutionListener() {
                    @Override
                    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                        if (test.isTest() || result.getStatus() != TestExecutionResult.Status.SUCCESSFUL) {
                            report(test.getDisplayName(), result.getStatus().name(), result.getThrowable());
                        }
                    }

                    @Override
                    public void executionSkipped(TestIdentifier test, String reason) {
                        report(test.getDisplayName(), "ABORTED", Optional.of(new IllegalStateException(reason)));
                    }
                });
        System.exit(0);
    }

    private static void report(String name, String status, Optional<Throwable> cause) {
        StringWriter trace = new StringWriter();
        cause.ifPresent(t -> t.printStackTrace(new PrintWriter(trace)));
        System.out.println("RESULT\t" + name + "\t" + status + "\t"
                + Base64.getEncoder().encodeToString(trace.toString().getBytes(StandardCharsets.UTF_8)));
    }
}
