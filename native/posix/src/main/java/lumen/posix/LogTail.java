package lumen.posix;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Reads a child's output for as long as it lasts, hands it on line by line and keeps the end of it. */
final class LogTail implements Runnable {
    /** Bytes kept: the last words of a program that failed. */
    private static final int CAPACITY = 16 * 1024;

    /** Longer lines are handed on in pieces. */
    private static final int LONGEST_LINE = 4096;

    private final InputStream from;
    private final Consumer<String> lines;
    private final byte[] line = new byte[LONGEST_LINE];
    private int lineLength;
    private final byte[] ring = new byte[CAPACITY];
    private long written;

    /** @param lines told of each line, without its end, on the thread that runs this; after {@link #text()} has it */
    LogTail(InputStream from, Consumer<String> lines) {
        this.from = from;
        this.lines = lines;
    }

    @Override
    public void run() {
        byte[] chunk = new byte[2048];
        try (from) {
            int n;
            while ((n = from.read(chunk)) >= 0) {
                append(chunk, n);
                split(chunk, n);
            }
            endLine();
        } catch (IOException e) {
            byte[] note = ("[output lost: " + e.getMessage() + "]").getBytes(StandardCharsets.UTF_8);
            append(note, note.length);
        }
    }

    private void split(byte[] bytes, int count) {
        for (int i = 0; i < count; i++) {
            if (bytes[i] == '\n') {
                endLine();
            } else {
                line[lineLength++] = bytes[i];
                if (lineLength == LONGEST_LINE) {
                    endLine();
                }
            }
        }
    }

    private void endLine() {
        if (lineLength > 0) {
            String text = new String(line, 0, lineLength, StandardCharsets.UTF_8);
            lineLength = 0;
            lines.accept(text);
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
