package lumen.rig.window;

import lumen.card.CardCanvas;
import lumen.card.TestCard;
import lumen.posix.Fd;
import lumen.posix.Mapping;
import lumen.posix.Memfd;
import lumen.wayland.EventHandler;
import lumen.wayland.Proxy;
import lumen.wayland.WaylandProtocol;

/** One shared-memory buffer with the card in it. */
final class CardBuffer implements AutoCloseable {
    private final Mapping mapping;
    private final Proxy pool;
    private final int width;
    private final int height;
    private final int stride;
    private Proxy buffer;
    final CardCanvas canvas;
    /** The compositor reads it. */
    boolean busy;

    CardBuffer(Proxy shm, TestCard card) {
        width = card.width();
        height = card.height();
        stride = width * 4;
        int size = Math.multiplyExact(stride, height);
        try (Fd memory = Memfd.create("lumen-card", size, Memfd.SEAL_SHRINK | Memfd.SEAL_GROW)) {
            mapping = Mapping.of(memory.value(), size, true);
            pool = shm.child(WaylandProtocol.SHM_POOL, EventHandler.NONE);
            shm.request(WaylandProtocol.SHM_CREATE_POOL).newId(pool).fd(memory.value()).i32(size).send();
        }
        canvas = card.canvas(mapping.segment(), stride);
    }

    /**
     * The {@code wl_buffer} to attach for what has just been painted: a new one each time, since gamescope reads the memory
     * of a {@code wl_buffer} only when it sees it first.
     */
    Proxy painted() {
        if (buffer != null) {
            buffer.destroy(WaylandProtocol.BUFFER_DESTROY);
        }
        buffer = pool.child(WaylandProtocol.BUFFER, (o, opcode, e) -> busy = false);
        pool.request(WaylandProtocol.SHM_POOL_CREATE_BUFFER).newId(buffer).i32(0).i32(width).i32(height)
                .i32(stride).u32(WaylandProtocol.SHM_FORMAT_XRGB8888).send();
        return buffer;
    }

    /** Unmaps here; what the compositor still shows it has mapped itself. */
    @Override
    public void close() {
        if (buffer != null) {
            buffer.destroy(WaylandProtocol.BUFFER_DESTROY);
        }
        pool.destroy(WaylandProtocol.SHM_POOL_DESTROY);
        mapping.close();
    }
}
