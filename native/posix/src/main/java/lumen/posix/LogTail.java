package lumen.posix;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** Reads a child's output for as long as it lasts and keeps the end of it. */
final class LogTail implements Runnable {
    /** Bytes kept: the last words of a program that failed. */
    private static final int CAPACITY = 16 * 1024;

    private final InputStream from;
    private final byte[] ring = new byte[CAPACITY];
    private long written;

    LogTail(InputStream from) {
        this.from = from;
    }

    @Override
    public void run() {
        byte[] chunk = new byte[2048];
        try (from) {
            int n;
            while ((n = from.read(chunk)) >= 0) {
                append(chunk, n);
            }
        } catch (IOException e) {
            byte[] note = ("[output lost: " + e.getMessage() + "]").getBytes(StandardCharsets.UTF_8);
            append(note, note.length);
        }
    }

    private synchronized void append(byte[] bytes, int count) {
        for (int i = 0; i < count; i++) {
            ring[(int) (written++ % CAPACITY)] = bytes[i];
        }
    }

    synchronized String text() {
        int kept = (int) Math.min(written, CAPACITY);
        byte[] out = new byte[kept];
        for (int i = 0; i < kept; i++) {
            out[i] = ring[(int) ((written - kept + i) % CAPACITY)];
        }
        return new String(out, StandardCharsets.UTF_8);
    }
}
