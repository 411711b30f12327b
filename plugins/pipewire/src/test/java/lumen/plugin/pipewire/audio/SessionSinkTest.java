package lumen.plugin.pipewire.audio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Optional;
import lumen.spi.AudioFormat;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("rig")
class SessionSinkTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(ints = {2, 6, 8})
    void whatProgramsPlayArrivesSampleBySample(int channels) {
        Path file = folder.resolve("tones.wav");
        Tones.write(file, channels, 30);
        AudioFormat format = new AudioFormat(channels);
        try (NullSink sink = new NullSink("lumen-test", format, Optional.empty());
                PipewireSource source = new PipewireSource(format, Optional.of(sink));
                Listener listener = new Listener(source, channels);
                Programs programs = new Programs()) {
            programs.play(file, sink.environment());
            listener.awaitSound();
            listener.record(0.5);
            int before = listener.shortSlots;
            float[] samples = listener.record(2);
            System.out.println(channels + " channels: " + source.state() + " " + source.counters());
            assertEquals(before, listener.shortSlots, "slots with silence in them");
            for (int c = 0; c < channels; c++) {
                assertEquals(Tones.amplitude(c), Tones.amplitude(samples, channels, c, 0, 48_000, Tones.frequency(c)), 1e-5, "channel " + c);
                double error = Tones.error(samples, channels, c, 0, 96_000, Tones.frequency(c));
                System.out.println("  channel " + c + " differs by " + error);
                assertTrue(error < 1e-5, "channel " + c + " differs by " + error);
            }
        }
    }
}
