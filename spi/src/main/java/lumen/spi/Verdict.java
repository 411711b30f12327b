package lumen.spi;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** What came of a trial. */
public record Verdict(List<Check> checks) {
    public Verdict {
        checks = List.copyOf(checks);
    }

    /** True if something was tried and nothing failed. */
    public boolean passed() {
        return checks.stream().anyMatch(c -> c.outcome() == Outcome.PASSED) && failure().isEmpty();
    }

    /** The first check that failed. */
    public Optional<Check> failure() {
        return checks.stream().filter(c -> c.outcome() == Outcome.FAILED).findFirst();
    }

    /** What came of one check. */
    public enum Outcome {
        PASSED,
        FAILED,
        /** Not possible here, which is no failure. */
        SKIPPED
    }

    /**
     * One thing that was tried.
     *
     * @param name   such as {@code import LINEAR as buffer}
     * @param detail one sentence: what was compared, or what went wrong
     * @param timing what a frame costs, if that was asked
     */
    public record Check(String name, Outcome outcome, String detail, Optional<Timing> timing) {
        public Check {
            Objects.requireNonNull(name);
            Objects.requireNonNull(outcome);
            Objects.requireNonNull(detail);
            Objects.requireNonNull(timing);
        }

        public static Check passed(String name, String detail) {
            return new Check(name, Outcome.PASSED, detail, Optional.empty());
        }

        public static Check failed(String name, String detail) {
            return new Check(name, Outcome.FAILED, detail, Optional.empty());
        }

        public static Check skipped(String name, String detail) {
            return new Check(name, Outcome.SKIPPED, detail, Optional.empty());
        }
    }

    /**
     * What one frame costs.
     *
     * @param size   of the frames
     * @param frames how many were timed
     * @param gpu    time on the GPU, if it can be told
     * @param cpu    CPU time of the calling thread
     * @param wall   from call to return
     */
    public record Timing(Trial.Size size, int frames, Optional<Spread> gpu, Spread cpu, Spread wall) {
    }

    /**
     * A distribution.
     *
     * @param medianNanos half of the frames took no longer
     * @param p99Nanos    99 of 100 frames took no longer
     */
    public record Spread(long medianNanos, long p99Nanos) {
        /** Of unsorted samples in nanoseconds, at least one. */
        public static Spread of(long[] nanos) {
            long[] sorted = nanos.clone();
            java.util.Arrays.sort(sorted);
            return new Spread(sorted[(sorted.length - 1) / 2], sorted[(sorted.length * 99 + 99) / 100 - 1]);
        }
    }
}
