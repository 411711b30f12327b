package lumen.host.input;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import lumen.spi.InputSink;

/**
 * The input sink of a display that may be replaced by another. The change is made on the input thread, between two
 * events.
 */
public final class ReplaceableSink implements InputSink {
    private static final InputSink NOWHERE = new Nowhere();

    private final AtomicReference<InputSink> next = new AtomicReference<>();
    private InputSink current;

    /** @param first closed by this, as are all that follow; empty: events go nowhere */
    public ReplaceableSink(Optional<InputSink> first) {
        current = first.orElse(NOWHERE);
    }

    /** Any thread. Takes effect with the next event. */
    public void replace(Optional<InputSink> sink) {
        InputSink overtaken = next.getAndSet(sink.orElse(NOWHERE));
        if (overtaken != null) {
            overtaken.close();
        }
    }

    private InputSink current() {
        InputSink replacement = next.getAndSet(null);
        if (replacement != null) {
            current.close();
            current = replacement;
        }
        return current;
    }

    @Override
    public void key(int code, boolean down) {
        current().key(code, down);
    }

    @Override
    public void text(int codePoint) {
        current().text(codePoint);
    }

    @Override
    public void pointerMove(int dx, int dy) {
        current().pointerMove(dx, dy);
    }

    @Override
    public void pointerTo(int x, int y, int width, int height) {
        current().pointerTo(x, y, width, height);
    }

    @Override
    public void button(int code, boolean down) {
        current().button(code, down);
    }

    @Override
    public void scroll(int vertical, int horizontal) {
        current().scroll(vertical, horizontal);
    }

    @Override
    public void flush() {
        current().flush();
    }

    @Override
    public void close() {
        current().close();
        current = NOWHERE;
    }

    /** Takes everything and does nothing. */
    private static final class Nowhere implements InputSink {
        @Override
        public void key(int code, boolean down) {
            // Nobody is there.
        }

        @Override
        public void text(int codePoint) {
            // Nobody is there.
        }

        @Override
        public void pointerMove(int dx, int dy) {
            // Nobody is there.
        }

        @Override
        public void pointerTo(int x, int y, int width, int height) {
            // Nobody is there.
        }

        @Override
        public void button(int code, boolean down) {
            // Nobody is there.
        }

        @Override
        public void scroll(int vertical, int horizontal) {
            // Nobody is there.
        }

        @Override
        public void flush() {
            // Nobody is there.
        }

        @Override
        public void close() {
            // Nobody is there.
        }
    }
}
