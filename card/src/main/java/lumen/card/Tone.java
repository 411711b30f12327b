package lumen.card;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The test tone: a sine a channel, a pure function of the absolute sample index at 48 kHz, so that a
 * lost, repeated or swapped packet shows. No frequency has a whole number of periods in a 5 ms packet.
 */
public final class Tone {
    /** Samples a second. */
    public static final int RATE = 48_000;
    /** Peak of every channel; full scale is 1. */
    public static final float AMPLITUDE = 0.25f;
    /** Hertz of FL, FR, C, LFE, RL, RR, SL, SR; LFE is low since codecs cut that channel off early. */
    private static final int[] FREQUENCIES = {440, 660, 550, 110, 770, 880, 990, 1210};
    private static final float[] SINE = new float[RATE];

    static {
        for (int i = 0; i < RATE; i++) {
            SINE[i] = (float) (AMPLITUDE * Math.sin(2 * Math.PI * i / RATE));
        }
    }

    private Tone() {
    }

    /** Frequency of a channel (0 to 7), in hertz. */
    public static int frequency(int channel) {
        return FREQUENCIES[channel];
    }

    /** The sample of a channel; all channels start at phase 0 with index 0. */
    public static float sample(int channel, long index) {
        return SINE[(int) Math.floorMod(FREQUENCIES[channel] * Math.floorMod(index, (long) RATE), (long) RATE)];
    }

    /**
     * Writes interleaved samples; allocates nothing.
     *
     * @param into     room for {@code frames × channels} floats in native order
     * @param index    absolute index of the first sample frame
     */
    public static void write(MemorySegment into, long index, int frames, int channels) {
        long at = 0;
        for (int i = 0; i < frames; i++) {
            for (int channel = 0; channel < channels; channel++, at += Float.BYTES) {
                into.set(ValueLayout.JAVA_FLOAT_UNALIGNED, at, sample(channel, index + i));
            }
        }
    }
}
