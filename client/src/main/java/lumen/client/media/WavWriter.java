package lumen.client.media;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Writes decoded sound as a 16-bit WAV file. The sizes in its header are set by {@link #close()}. */
public final class WavWriter implements AutoCloseable {
    private static final int HEADER = 44;
    private static final int PCM = 1;

    private final FileChannel file;
    private final int channels;
    private final int sampleRate;
    private ByteBuffer buffer = ByteBuffer.allocate(1 << 14).order(ByteOrder.LITTLE_ENDIAN);
    private long dataBytes;

    public WavWriter(Path path, int channels, int sampleRate) throws IOException {
        this.channels = channels;
        this.sampleRate = sampleRate;
        file = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE);
        file.write(ByteBuffer.allocate(HEADER));
    }

    /**
     * Appends samples.
     *
     * @param pcm interleaved, -1 to 1
     * @param frames samples of each channel
     */
    public void write(float[] pcm, int frames) throws IOException {
        int samples = frames * channels;
        if (buffer.capacity() < 2 * samples) {
            buffer = ByteBuffer.allocate(2 * samples).order(ByteOrder.LITTLE_ENDIAN);
        }
        buffer.clear();
        for (int i = 0; i < samples; i++) {
            buffer.putShort((short) Math.clamp(Math.round(pcm[i] * 32767), -32768, 32767));
        }
        buffer.flip();
        dataBytes += buffer.remaining();
        while (buffer.hasRemaining()) {
            file.write(buffer);
        }
    }

    @Override
    public void close() throws IOException {
        try (file) {
            ByteBuffer header = ByteBuffer.allocate(HEADER).order(ByteOrder.LITTLE_ENDIAN);
            header.put(ascii("RIFF")).putInt((int) (HEADER - 8 + dataBytes)).put(ascii("WAVE"));
            header.put(ascii("fmt ")).putInt(16).putShort((short) PCM).putShort((short) channels).putInt(sampleRate)
                    .putInt(sampleRate * channels * 2).putShort((short) (channels * 2)).putShort((short) 16);
            header.put(ascii("data")).putInt((int) dataBytes).flip();
            file.write(header, 0);
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
