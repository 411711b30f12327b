package lumen.client;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What to stream and what to do with it. Made by a {@link Builder}; all values have defaults that stream
 * for ten seconds at 1280x720, 60 frames a second.
 *
 * @param app             title of the application; empty for the first of the list
 * @param width           pixels; the picture of an odd edge is one pixel larger, since 4:2:0 has even sizes only
 * @param bitrateKbps     the user's setting, not reduced
 * @param duration        how long each cycle streams after its first picture; where a card may take its time, after that
 * @param packetSize      video packet size before encryption takes its share, rounded down to a multiple of 16
 * @param slices          slices a frame the decoder wishes for
 * @param cycles          how often to connect; all but the first resume
 * @param input           what to send, by time from the same moment
 * @param verify          decode and compare with the test card, and its tone unless {@code silent}
 * @param silent          leave the sound out of the verification: another program than the test card plays it
 * @param settling        how long pictures may show something else than a card, before the first card
 * @param expectMinFrames fewer verified (or, without verifying, complete) frames a cycle are a failure
 * @param maxSkipped      share of cards, 0 to 1, that the host may replace by newer ones before encoding, which
 *                        it does when it can't keep up; more are a failure when verifying
 * @param lossRate        share of received media datagrams to drop on purpose, 0 to 1
 * @param dumpPicture     PNG of the last picture
 * @param dumpVideo       access units, one behind the other
 * @param dumpAudio       WAV of everything heard
 */
public record StreamOptions(String app, int width, int height, int fps, int bitrateKbps, Duration duration,
                            Encryption encryption, int packetSize, int slices, int cycles, List<TimedInput> input,
                            boolean verify, boolean silent, Duration settling, int expectMinFrames, double maxSkipped, double lossRate, long lossSeed,
                            Optional<Path> dumpPicture, Optional<Path> dumpVideo, Optional<Path> dumpAudio) {
    /** What other clients use on a local network. */
    public static final int DEFAULT_PACKET_SIZE = 1392;
    /** A host that has just started misses a few frames. */
    public static final double DEFAULT_MAX_SKIPPED = 0.05;

    public StreamOptions {
        require(width >= 16 && width <= 8192, "width " + width, "16 to 8192");
        require(height >= 16 && height <= 8192, "height " + height, "16 to 8192");
        require(fps >= 1 && fps <= 480, "fps " + fps, "1 to 480");
        require(bitrateKbps >= 100 && bitrateKbps <= 1_000_000, "bitrate " + bitrateKbps, "100 to 1000000 kbit/s");
        require(packetSize >= 128 && packetSize <= 8960, "packet size " + packetSize, "128 to 8960");
        require(slices >= 1 && slices <= 32, "slices " + slices, "1 to 32");
        require(cycles >= 1 && cycles <= 10_000, "cycles " + cycles, "1 to 10000");
        require(maxSkipped >= 0 && maxSkipped <= 1, "skipped share " + maxSkipped, "0 to 1");
        require(lossRate >= 0 && lossRate <= 1, "loss " + lossRate, "0 to 1");
        require(!duration.isNegative() && !duration.isZero(), "duration " + duration, "more than 0");
        packetSize = packetSize / 16 * 16;
        input = List.copyOf(input);
    }

    private static void require(boolean holds, String given, String allowed) {
        if (!holds) {
            throw new IllegalArgumentException(given + ", allowed: " + allowed);
        }
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Sets what shall differ from the defaults. */
    public static final class Builder {
        private String app = "";
        private int width = 1280;
        private int height = 720;
        private int fps = 60;
        private int bitrateKbps = 10_000;
        private Duration duration = Duration.ofSeconds(10);
        private Encryption encryption = Encryption.NONE;
        private int packetSize = DEFAULT_PACKET_SIZE;
        private int slices = 1;
        private int cycles = 1;
        private List<TimedInput> input = List.of();
        private boolean verify;
        private boolean silent;
        private Duration settling = Duration.ZERO;
        private int expectMinFrames = 1;
        private double maxSkipped = DEFAULT_MAX_SKIPPED;
        private double lossRate;
        private long lossSeed = 1;
        private Optional<Path> dumpPicture = Optional.empty();
        private Optional<Path> dumpVideo = Optional.empty();
        private Optional<Path> dumpAudio = Optional.empty();

        private Builder() {
        }

        public Builder app(String title) {
            app = title;
            return this;
        }

        public Builder size(int w, int h) {
            width = w;
            height = h;
            return this;
        }

        public Builder fps(int framesPerSecond) {
            fps = framesPerSecond;
            return this;
        }

        public Builder bitrateKbps(int kbps) {
            bitrateKbps = kbps;
            return this;
        }

        public Builder duration(Duration ofEachCycle) {
            duration = ofEachCycle;
            return this;
        }

        public Builder encryption(Encryption wanted) {
            encryption = wanted;
            return this;
        }

        public Builder packetSize(int bytes) {
            packetSize = bytes;
            return this;
        }

        public Builder slices(int perFrame) {
            slices = perFrame;
            return this;
        }

        public Builder cycles(int count) {
            cycles = count;
            return this;
        }

        public Builder input(List<TimedInput> script) {
            input = script;
            return this;
        }

        public Builder verify(boolean on) {
            verify = on;
            return this;
        }

        /** Verifies pictures only. */
        public Builder silent(boolean on) {
            silent = on;
            return this;
        }

        public Builder settling(Duration limit) {
            settling = limit;
            return this;
        }

        public Builder expectMinFrames(int frames) {
            expectMinFrames = frames;
            return this;
        }

        /** Share of cards that the host may leave out, 0 to 1. */
        public Builder maxSkipped(double share) {
            maxSkipped = share;
            return this;
        }

        /** Drops received datagrams, the same ones for the same seed. */
        public Builder loss(double rate, long seed) {
            lossRate = rate;
            lossSeed = seed;
            return this;
        }

        public Builder dumpPicture(Path png) {
            dumpPicture = Optional.ofNullable(png);
            return this;
        }

        public Builder dumpVideo(Path h264) {
            dumpVideo = Optional.ofNullable(h264);
            return this;
        }

        public Builder dumpAudio(Path wav) {
            dumpAudio = Optional.ofNullable(wav);
            return this;
        }

        /** @throws IllegalArgumentException with one line that names the value and what is allowed */
        public StreamOptions build() {
            return new StreamOptions(app, width, height, fps, bitrateKbps, duration, encryption, packetSize, slices,
                    cycles, input, verify, silent, settling, expectMinFrames, maxSkipped, lossRate, lossSeed, dumpPicture, dumpVideo, dumpAudio);
        }
    }
}
