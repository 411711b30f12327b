package lumen.card;

/**
 * Everything a card shows besides its size.
 *
 * @param counter        frame counter, unsigned
 * @param timestampNanos {@code CLOCK_MONOTONIC} when the frame was painted
 * @param pointerX       pixels from the left, or {@link #NO_POINTER}
 * @param pointerY       pixels from the top, or {@link #NO_POINTER}
 * @param buttons        bit 0 is {@code BTN_LEFT}, bit 1 {@code BTN_RIGHT} and so on
 * @param lastKey        0: none yet; else a Linux key code, or {@link #TEXT} plus a code point
 */
public record CardState(int counter, long timestampNanos, int pointerX, int pointerY, int buttons, int lastKey) {
    /** Value of {@link #pointerX} and {@link #pointerY} while there is no pointer. */
    public static final int NO_POINTER = 0xffff;
    /** Added to the code point of a character that was typed as text. */
    public static final int TEXT = 0x100_0000;

    /** A card without pointer and key. */
    public static CardState of(int counter, long timestampNanos) {
        return new CardState(counter, timestampNanos, NO_POINTER, NO_POINTER, 0, 0);
    }

    /** True if the pointer is shown. */
    public boolean hasPointer() {
        return pointerX != NO_POINTER;
    }
}
