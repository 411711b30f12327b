package lumen.card;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class ToneTest {
    private static float[] tone(int channels, int frames, long first) {
        float[] samples = new float[channels * frames];
        for (int i = 0; i < frames; i++) {
            for (int channel = 0; channel < channels; channel++) {
                samples[i * channels + channel] = Tone.sample(channel, first + i);
            }
        }
        return samples;
    }

    @Test
    void shouldHaveNoFrequencyThatDividesAPacketAndNoTwoAlike() {
        for (int channel = 0; channel < 8; channel++) {
            assertNotEquals(0, Tone.frequency(channel) * 240 % Tone.RATE);
            for (int other = 0; other < channel; other++) {
                assertNotEquals(Tone.frequency(channel), Tone.frequency(other));
            }
        }
    }

    @Test
    void shouldMeasureEveryChannel() {
        float[] samples = tone(8, 9600, 0);
        for (int channel = 0; channel < 8; channel++) {
            ToneReader.Measure measure = ToneReader.measure(samples, 8, channel, 0, 9600);
            assertEquals(channel, measure.channel());
            assertEquals(Tone.frequency(channel), measure.frequency(), 0.01);
            assertEquals(0, measure.phase(), 0.001);
            assertEquals(Tone.AMPLITUDE, measure.amplitude(), 0.001);
            assertEquals(List.of(), ToneReader.discontinuities(samples, 8, channel, 0, 9600, Tone.frequency(channel)));
        }
    }

    @Test
    void shouldFindALostARepeatedAndASilentPacket() {
        for (int fault = 0; fault < 3; fault++) {
            float[] samples = tone(2, 9600, 0);
            float[] rest = tone(2, 4800, fault == 0 ? 4800 + 240 : fault == 1 ? 4800 - 240 : 4800);
            System.arraycopy(rest, 0, samples, 9600, rest.length);
            if (fault == 2) {
                java.util.Arrays.fill(samples, 9600, 9600 + 480, 0);
            }
            for (int channel = 0; channel < 2; channel++) {
                List<Integer> found = ToneReader.discontinuities(samples, 2, channel, 0, 9600, Tone.frequency(channel));
                assertTrue(found.contains(4800), "fault " + fault + ", channel " + channel + ": " + found);
                assertTrue(found.size() <= 2, found::toString);
            }
        }
    }
}
