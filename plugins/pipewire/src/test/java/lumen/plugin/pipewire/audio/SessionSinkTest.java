package lumen.plugin.pipewire.audio;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import lumen.spi.AudioFormat;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("rig")
class SessionSinkTest {
    private static final double EXACT = 1e-6;

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(ints = {2, 6, 8})
    void whatProgramsPlayArrivesSampleBySample(int channels) {
        Path file = folder.resolve("tones.wav");
        Tones.write(file, channels, 30);
        AudioFormat format = new AudioFormat(channels);
        try (NullSink sink = new NullSink(Daemon.DEFAULT, "lumen-test", format, Optional.empty());
                PipewireSource source = new PipewireSource(Daemon.DEFAULT, format, Optional.of(sink));
                Listener listener = new Listener(source, channels);
                Programs programs = new Programs()) {
            programs.play(file, sink.environment());
            listener.awaitSound();
            double[] errors = {};
            // The graph itself leaves gaps where the machine is busy with other things.
            for (int i = 0; i < 10 && (errors.length == 0 || Arrays.stream(errors).max().getAsDouble() > EXACT); i++) {
                errors = errors(listener.recordWhole(1), channels);
            }
            System.out.println(channels + " channels: " + source.state() + " " + source.counters() + " " + Arrays.toString(errors));
            for (int c = 0; c < channels; c++) {
                assertEquals(0, errors[c], EXACT, "channel " + c);
            }
        }
    }

    /** How far each channel is from the sine of the frequency and amplitude that was played on it. */
    private static double[] errors(float[] samples, int channels) {
        double[] errors = new double[channels];
        for (int c = 0; c < channels; c++) {
            double amplitude = Tones.amplitude(samples, channels, c, 0, 48_000, Tones.frequency(c));
            errors[c] = Math.max(Tones.error(samples, channels, c, 0, 48_000, Tones.frequency(c)), Math.abs(amplitude - Tones.amplitude(c)));
        }
        return errors;
    }
}
