package lumen.spi;

import java.lang.foreign.MemorySegment;

/**
 * The pointer of a display whose frames come without it. One object for the life of its capturer, changed
 * within {@link Capturer#poll()} only and read on the same thread.
 */
public interface CursorState {

    /** Rises with each change; importers compare it with what they drew last. 0: never told. */
    long serial();

    /** True if there is a pointer to draw: the frames don't contain it, and it isn't hidden. */
    boolean visible();

    /** Left edge of the bitmap in the frame's pixels, the hot spot already subtracted; may be negative. */
    int x();

    /** Top edge of the bitmap in the frame's pixels. */
    int y();

    /** Width of the bitmap in pixels, at most 384. */
    int width();

    /** Height of the bitmap in pixels, at most 384. */
    int height();

    /** The bitmap: rows of {@code width × 4} bytes, B, G, R, A in memory order, colours premultiplied. Off-heap. */
    MemorySegment pixels();

    /** Frames that already contain the pointer, or have none. */
    CursorState NONE = new CursorState() {
        @Override
        public long serial() {
            return 0;
        }

        @Override
        public boolean visible() {
            return false;
        }

        @Override
        public int x() {
            return 0;
        }

        @Override
        public int y() {
            return 0;
        }

        @Override
        public int width() {
            return 0;
        }

        @Override
        public int height() {
            return 0;
        }

        @Override
        public MemorySegment pixels() {
            return MemorySegment.NULL;
        }
    };
}
