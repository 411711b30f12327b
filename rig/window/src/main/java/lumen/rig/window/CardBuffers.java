package lumen.rig.window;

import java.lang.foreign.Arena;
import lumen.card.TestCard;
import lumen.wayland.Proxy;

/** The card of one size and the buffers it is shown from. */
final class CardBuffers implements AutoCloseable {
    /** One shown, one queued, one to paint. */
    private static final int MOST = 3;

    final int width;
    final int height;
    private final Arena arena = Arena.ofShared();
    private final TestCard card;
    private final Proxy shm;
    private final CardBuffer[] buffers = new CardBuffer[MOST];

    /** Cards have a smallest size; a window that is configured smaller shows that. */
    CardBuffers(Proxy shm, int width, int height) {
        this.shm = shm;
        this.width = Math.max(128, width);
        this.height = Math.max(96, height);
        card = new TestCard(this.width, this.height, arena);
    }

    /** A buffer to paint, or {@code null} if the compositor holds them all. */
    CardBuffer free() {
        for (int i = 0; i < MOST; i++) {
            if (buffers[i] == null) {
                buffers[i] = new CardBuffer(shm, card);
            }
            if (!buffers[i].busy) {
                return buffers[i];
            }
        }
        return null;
    }

    @Override
    public void close() {
        for (CardBuffer buffer : buffers) {
            if (buffer != null) {
                buffer.close();
            }
        }
        arena.close();
    }
}
