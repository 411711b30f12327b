package lumen.plugin.pipewire.audio;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A sine on each channel, of another frequency and amplitude on each, as a WAV file and in what was recorded of it. */
final class Tones {
    private static final int RATE = 48_000;
    private static final int HEADER = 68;
    /** {@code dwChannelMask}: FL FR FC LFE BL BR, then SL SR. */
    private static final int[] MASKS = {0, 0, 0x3, 0, 0, 0, 0x3f, 0, 0x63f};

    private Tones() {
    }

    /** Whole periods in a tenth of a second, so that a tenth of a second is a fair sample. */
    static double frequency(int channel) {
        return 400 + 170 * channel;
    }

    static double amplitude(int channel) {
        return 0.8 - 0.07 * channel;
    }

    /** Writes 32-bit float samples. */
    static void write(Path file, int channels, double seconds) {
        int frames = (int) (seconds * RATE);
        ByteBuffer wav = ByteBuffer.allocate(HEADER + frames * channels * 4).order(ByteOrder.LITTLE_ENDIAN);
        wav.put(ascii("RIFF")).putInt(wav.capacity() - 8).put(ascii("WAVE"));
        wav.put(ascii("fmt ")).putInt(40).putShort((short) 0xfffe).putShort((short) channels).putInt(RATE).putInt(RATE * channels * 4)
                .putShort((short) (channels * 4)).putShort((short) 32).putShort((short) 22).putShort((short) 32).putInt(MASKS[channels]);
        // KSDATAFORMAT_SUBTYPE_IEEE_FLOAT.
        wav.putInt(3).putShort((short) 0).putShort((short) 0x10).putLong(0x719b3800aa000080L);
        wav.put(ascii("data")).putInt(frames * channels * 4);
        for (int i = 0; i < frames; i++) {
            for (int c = 0; c < channels; c++) {
                wav.putFloat((float) (amplitude(c) * Math.sin(2 * Math.PI * frequency(c) * i / RATE)));
            }
        }
        try {
            Files.write(file, wav.array());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Amplitude of a frequency in one channel of a part of a recording. */
    static double amplitude(float[] samples, int channels, int channel, int start, int frames, double frequency) {
        double re = 0;
        double im = 0;
        for (int i = 0; i < frames; i++) {
            double angle = 2 * Math.PI * frequency * i / RATE;
            re += samples[(start + i) * channels + channel] * Math.cos(angle);
            im += samples[(start + i) * channels + channel] * Math.sin(angle);
        }
        return 2 * Math.hypot(re, im) / frames;
    }

    /** Largest difference between one channel of a part of a recording and the sine that fits it best. */
    static double error(float[] samples, int channels, int channel, int start, int frames, double frequency) {
        double re = 0;
        double im = 0;
        for (int i = 0; i < frames; i++) {
            double angle = 2 * Math.PI * frequency * i / RATE;
            re += samples[(start + i) * channels + channel] * Math.cos(angle) * 2 / frames;
            im += samples[(start + i) * channels + channel] * Math.sin(angle) * 2 / frames;
        }
        double worst = 0;
        for (int i = 0; i < frames; i++) {
            double angle = 2 * Math.PI * frequency * i / RATE;
            worst = Math.max(worst, Math.abs(samples[(start + i) * channels + channel] - re * Math.cos(angle) - im * Math.sin(angle)));
        }
        return worst;
    }
}
