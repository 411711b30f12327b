package lumen.e2e;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import lumen.client.StreamOptions;
import lumen.client.StreamingClient;
import lumen.client.report.CycleReport;
import lumen.client.report.StreamReport;

/** Streams as tests want them: verified, or in the background. */
final class Streams {
    /** What a host says when it ends a stream as intended. */
    static final int GRACEFUL = 0x80030023;
    private static final int PATIENCE_SECONDS = 60;

    private Streams() {
    }

    /** The test card for so long, everything verified. */
    static StreamOptions.Builder card(int seconds) {
        return StreamOptions.builder().verify(true).maxSkipped(0.25).duration(Duration.ofSeconds(seconds)).expectMinFrames(20 * seconds);
    }

    /** Without decoding's verdict: for tests about something else, light on the machine. */
    static StreamOptions.Builder plain(int seconds) {
        return StreamOptions.builder().size(640, 360).fps(30).duration(Duration.ofSeconds(seconds));
    }

    /** Streams one cycle that must not fail in anything. */
    static CycleReport passed(StreamingClient client, StreamOptions.Builder options) {
        return mustPass(client.stream(options.build())).cycles().getFirst();
    }

    /** Fails with the reasons first and all figures after them. */
    static StreamReport mustPass(StreamReport report) {
        assertTrue(report.passed(), () -> String.join("; ", report.allFailures()) + "\n" + report.json());
        return report;
    }

    /** Streams on a thread of its own; closes nothing. */
    static CompletableFuture<StreamReport> inBackground(StreamingClient client, StreamOptions.Builder options) {
        CompletableFuture<StreamReport> report = new CompletableFuture<>();
        Thread.ofPlatform().daemon().name("e2e-stream").start(() -> {
            try {
                report.complete(client.stream(options.build()));
            } catch (RuntimeException e) {
                report.completeExceptionally(e);
            }
        });
        return report;
    }

    static CycleReport cycle(CompletableFuture<StreamReport> report) throws Exception {
        return report.get(PATIENCE_SECONDS, TimeUnit.SECONDS).cycles().getFirst();
    }
}
