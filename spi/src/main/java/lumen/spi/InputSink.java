package lumen.spi;

/**
 * A session's keyboard and pointer. Called on one thread at a time (the session's control thread).
 * The host keeps track of what is held down and releases it before {@link #close()}.
 */
public interface InputSink extends AutoCloseable {

    /**
     * A key goes down or up.
     *
     * @param code    {@code KEY_*} of {@code linux/input-event-codes.h}
     */
    void key(int code, boolean down);

    /** Types one Unicode code point, whatever the keyboard layout. */
    void text(int codePoint);

    /** Moves the pointer by pixels, right and down positive. */
    void pointerMove(int dx, int dy);

    /**
     * Puts the pointer at {@code x/width, y/height} of the display; {@code 0/width} is the first pixel
     * and {@code width/width} the last.
     */
    void pointerTo(int x, int y, int width, int height);

    /**
     * A mouse button goes down or up.
     *
     * @param code {@code BTN_LEFT} (0x110) to {@code BTN_EXTRA} (0x114)
     */
    void button(int code, boolean down);

    /**
     * Scrolls. 120 is one notch of a wheel; finer steps occur.
     *
     * @param vertical   up positive
     * @param horizontal right positive
     */
    void scroll(int vertical, int horizontal);

    /** The calls since the last one belong together: a compositor shows them as one event. */
    void flush();

    @Override
    void close();
}
