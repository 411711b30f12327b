package lumen.plugin.testcard;

import java.util.Optional;
import lumen.card.CardState;
import lumen.spi.DisplayMode;
import lumen.spi.FrameSource;
import lumen.spi.InputRoute;
import lumen.spi.VirtualDisplay;

/**
 * One session's display: mode, and the pointer and key its input sink writes and its capturer paints.
 * It is its own frame source and input route.
 */
final class CardDisplay implements VirtualDisplay, FrameSource.InProcess, InputRoute.InProcess {
    private static final long NO_POINTER = (long) CardState.NO_POINTER << 16 | CardState.NO_POINTER;

    private final DisplayMode mode;
    private final String session;
    private final boolean still;
    private volatile boolean alive = true;
    /** Buttons, x and y in one word, so that a painter sees them together. */
    private volatile long pointer = NO_POINTER;
    private volatile int lastKey;
    /** Told of changed input, since a static desktop draws only then. */
    private volatile Runnable onInput;

    CardDisplay(DisplayMode mode, String session, boolean still) {
        this.mode = mode;
        this.session = session;
        this.still = still;
    }

    String session() {
        return session;
    }

    boolean still() {
        return still;
    }

    static long pointer(int x, int y, int buttons) {
        return (long) (buttons & 0xff) << 32 | (long) (x & 0xffff) << 16 | y & 0xffff;
    }

    /** What the card shows of the input from now on; a static desktop is painted again only if that is something else. */
    void input(long newPointer, int newKey) {
        if (newPointer == pointer && newKey == lastKey) {
            return;
        }
        pointer = newPointer;
        lastKey = newKey;
        Runnable listener = onInput;
        if (listener != null) {
            listener.run();
        }
    }

    long pointer() {
        return pointer;
    }

    static int x(long pointer) {
        return (int) (pointer >>> 16) & 0xffff;
    }

    static int y(long pointer) {
        return (int) pointer & 0xffff;
    }

    static int buttons(long pointer) {
        return (int) (pointer >>> 32) & 0xff;
    }

    int lastKey() {
        return lastKey;
    }

    void onInput(Runnable listener) {
        onInput = listener;
    }

    @Override
    public DisplayMode mode() {
        return mode;
    }

    @Override
    public FrameSource source() {
        return this;
    }

    @Override
    public Optional<InputRoute> input() {
        return Optional.of(this);
    }

    @Override
    public boolean alive() {
        return alive;
    }

    @Override
    public void close() {
        alive = false;
    }
}
