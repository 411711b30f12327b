package lumen.card;

import java.util.ArrayList;
import java.util.List;

/**
 * Measures the test tone in decoded sound: least-squares fits of a sine to windows of one channel.
 */
public final class ToneReader {
    /** Samples a window when looking for discontinuities: 10 ms. */
    private static final int WINDOW = 480;

    private ToneReader() {
    }

    /**
     * A channel's tone.
     *
     * @param channel   the channel of {@link Tone} whose frequency is strongest here
     * @param frequency hertz, measured
     * @param phase     radians at sample index 0, −π to π
     * @param amplitude peak; full scale is 1
     */
    public record Measure(int channel, double frequency, double phase, double amplitude) {
    }

    /**
     * Measures one channel of interleaved samples.
     *
     * @param channel which of {@code channels} to look at
     * @param from    first sample frame to use; the phase refers to frame 0 of the array
     * @param frames  how many to use, at least 960
     */
    public static Measure measure(float[] samples, int channels, int channel, int from, int frames) {
        if (frames < 2 * WINDOW || from < 0 || (long) (from + frames) * channels > samples.length) {
            throw new IllegalArgumentException("from " + from + ", " + frames + " frames of " + samples.length / channels);
        }
        int best = 0;
        double bestAmplitude = -1;
        for (int candidate = 0; candidate < 8; candidate++) {
            double amplitude = fit(samples, channels, channel, from, frames, Tone.frequency(candidate)).amplitude;
            if (amplitude > bestAmplitude) {
                best = candidate;
                bestAmplitude = amplitude;
            }
        }
        double nominal = Tone.frequency(best);
        int half = frames / 2;
        double drift = wrap(fit(samples, channels, channel, from + half, half, nominal).phase
                - fit(samples, channels, channel, from, half, nominal).phase);
        double frequency = nominal + drift * Tone.RATE / (2 * Math.PI * half);
        Sine sine = fit(samples, channels, channel, from, frames, frequency);
        return new Measure(best, frequency, sine.phase, sine.amplitude);
    }

    /**
     * Sample frames (to within 10 ms) at which a channel's tone breaks off, jumps or changes level.
     *
     * @param frequency hertz the tone should have
     */
    public static List<Integer> discontinuities(float[] samples, int channels, int channel, int from, int frames,
                                                double frequency) {
        List<Integer> found = new ArrayList<>();
        Sine before = null;
        for (int at = from; at + WINDOW <= from + frames; at += WINDOW) {
            Sine now = fit(samples, channels, channel, at, WINDOW, frequency);
            // A jump in the middle of a window leaves a residue even if the phases on both sides agree.
            boolean broken = now.residue > 0.2 * Math.max(now.amplitude, Tone.AMPLITUDE / 4);
            if (before != null && !broken) {
                broken = Math.abs(wrap(now.phase - before.phase)) > 0.2
                        || now.amplitude < 0.7 * before.amplitude || now.amplitude > 1.4 * before.amplitude;
            }
            if (broken) {
                found.add(at);
            }
            before = now.residue > 0.2 * Math.max(now.amplitude, Tone.AMPLITUDE / 4) ? null : now;
        }
        return found;
    }

    /** Root mean square of one channel. */
    public static double rms(float[] samples, int channels, int channel, int from, int frames) {
        double sum = 0;
        for (int i = from; i < from + frames; i++) {
            double s = samples[i * channels + channel];
            sum += s * s;
        }
        return Math.sqrt(sum / frames);
    }

    private record Sine(double phase, double amplitude, double residue) {
    }

    /** Least squares of {@code a·sin + b·cos}: exact for a pure tone in a window of any length. */
    private static Sine fit(float[] samples, int channels, int channel, int from, int frames, double frequency) {
        double step = 2 * Math.PI * frequency / Tone.RATE;
        double ss = 0;
        double cc = 0;
        double sc = 0;
        double sx = 0;
        double cx = 0;
        double xx = 0;
        for (int i = from; i < from + frames; i++) {
            double s = Math.sin(step * i);
            double c = Math.cos(step * i);
            double x = samples[i * channels + channel];
            ss += s * s;
            cc += c * c;
            sc += s * c;
            sx += s * x;
            cx += c * x;
            xx += x * x;
        }
        double determinant = ss * cc - sc * sc;
        double a = (sx * cc - cx * sc) / determinant;
        double b = (cx * ss - sx * sc) / determinant;
        double residue = Math.sqrt(Math.max(0, xx - a * sx - b * cx) / frames);
        return new Sine(Math.atan2(b, a), Math.hypot(a, b), residue);
    }

    private static double wrap(double radians) {
        return Math.IEEEremainder(radians, 2 * Math.PI);
    }
}
