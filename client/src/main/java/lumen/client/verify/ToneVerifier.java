package lumen.client.verify;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import lumen.card.Tone;
import lumen.card.ToneReader;

/**
 * Verifies the test tone second by second: frequency, phase and level of every channel, and that it only
 * breaks off where packets were lost. Confined to the audio thread; figures may be read once that has ended.
 */
public final class ToneVerifier {
    /** What is looked at in one go; whole seconds keep the phase of whole frequencies. */
    private static final int SPAN = Tone.RATE;
    /** Enough for a few hundredths of a hertz. */
    private static final int MEASURED = Tone.RATE / 10;
    /** A decoder that starts in the middle of a stream takes that long to sound right. */
    private static final int SETTLING = Tone.RATE / 10;
    /** A concealed packet is heard a window earlier and, until the decoder has settled, later. */
    private static final int BEFORE = Tone.RATE / 100;
    private static final int AFTER = Tone.RATE / 20;
    private static final double LARGEST_FREQUENCY_ERROR = 0.5;
    private static final double LARGEST_PHASE_ERROR = 0.3;
    private static final double LARGEST_LEVEL_ERROR = 0.25;

    private final int channels;
    private final float[] span;
    private final boolean[] disturbed = new boolean[SPAN];
    private final double[] firstPhase;
    private final boolean[] phaseKnown;
    private int filled;
    private int settling = SETTLING;
    /** Frames of the next samples that still suffer from a loss before. */
    private int suffering;
    private long measured;
    private long swapped;
    private long unexplained;
    private long explained;
    private double frequencyError;
    private double phaseError;
    private double levelError;

    public ToneVerifier(int channels) {
        this.channels = channels;
        span = new float[SPAN * channels];
        firstPhase = new double[channels];
        phaseKnown = new boolean[channels];
    }

    /**
     * Takes decoded samples.
     *
     * @param pcm       interleaved
     * @param frames    samples of each channel
     * @param concealed true if they stand in for a lost packet
     */
    public void samples(float[] pcm, int frames, int pcmChannels, boolean concealed) {
        int from = Math.min(settling, frames);
        settling -= from;
        for (int i = from; i < frames; i++) {
            System.arraycopy(pcm, i * pcmChannels, span, filled * channels, channels);
            suffering = concealed ? AFTER : Math.max(0, suffering - 1);
            disturbed[filled] = suffering > 0;
            if (++filled == SPAN) {
                examine();
                filled = 0;
            }
        }
    }

    private void examine() {
        boolean clean = true;
        for (int i = 0; i < MEASURED; i++) {
            clean &= !disturbed[i];
        }
        for (int channel = 0; channel < channels; channel++) {
            if (clean) {
                measure(channel);
            }
            for (int at : ToneReader.discontinuities(span, channels, channel, 0, SPAN, Tone.frequency(channel))) {
                if (nearLoss(at)) {
                    explained++;
                } else {
                    unexplained++;
                }
            }
        }
        Arrays.fill(disturbed, false);
    }

    private void measure(int channel) {
        ToneReader.Measure m = ToneReader.measure(span, channels, channel, 0, MEASURED);
        measured++;
        if (m.channel() != channel) {
            swapped++;
            return;
        }
        frequencyError = Math.max(frequencyError, Math.abs(m.frequency() - Tone.frequency(channel)));
        levelError = Math.max(levelError, Math.abs(m.amplitude() / Tone.AMPLITUDE - 1));
        if (phaseKnown[channel]) {
            phaseError = Math.max(phaseError,
                    Math.abs(Math.IEEEremainder(m.phase() - firstPhase[channel], 2 * Math.PI)));
        } else {
            phaseKnown[channel] = true;
            firstPhase[channel] = m.phase();
        }
    }

    private boolean nearLoss(int at) {
        for (int i = Math.max(0, at - BEFORE); i < Math.min(SPAN, at + 2 * BEFORE); i++) {
            if (disturbed[i]) {
                return true;
            }
        }
        return false;
    }

    /** Breaks in the tone that no lost packet explains. */
    public long unexplained() {
        return unexplained;
    }

    /** Breaks in the tone at lost packets. */
    public long explained() {
        return explained;
    }

    /** Hertz, the largest of all channels. */
    public double frequencyError() {
        return frequencyError;
    }

    /** Radians, the largest of all channels, over the whole time. */
    public double phaseError() {
        return phaseError;
    }

    /** Everything that makes the sound fail, one line each. */
    public List<String> failures() {
        List<String> all = new ArrayList<>();
        if (measured == 0) {
            all.add("less than a second of undisturbed sound");
        }
        if (swapped > 0) {
            all.add(swapped + " times a channel carried another one's tone");
        }
        if (frequencyError > LARGEST_FREQUENCY_ERROR) {
            all.add("the tone is off by " + frequencyError + " Hz");
        }
        if (phaseError > LARGEST_PHASE_ERROR) {
            all.add("the tone's phase drifted by " + phaseError + " rad");
        }
        if (levelError > LARGEST_LEVEL_ERROR) {
            all.add("the tone's level is off by " + Math.round(levelError * 100) + " %");
        }
        if (unexplained > 0) {
            all.add("the tone broke off " + unexplained + " times though no packet was lost");
        }
        return all;
    }
}
