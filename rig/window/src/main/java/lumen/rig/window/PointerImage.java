package lumen.rig.window;

import java.lang.foreign.ValueLayout;
import lumen.posix.Fd;
import lumen.posix.Mapping;
import lumen.posix.Memfd;
import lumen.wayland.EventHandler;
import lumen.wayland.InputProtocol;
import lumen.wayland.Proxy;
import lumen.wayland.SurfaceProtocol;
import lumen.wayland.WaylandProtocol;

/**
 * The pointer over the window: none, since the card draws a cross hair itself, or an opaque magenta square of
 * {@value #SIZE} pixels whose hot spot is at 4, 6, which is easy to find in a captured picture.
 */
final class PointerImage {
    private static final int SIZE = 24;
    private static final int HOT_X = 4;
    private static final int HOT_Y = 6;
    private static final int MAGENTA = 0xffff00ff;

    /** {@code null}: no pointer is shown. */
    private final Proxy surface;

    PointerImage(Proxy compositor, Proxy shm, boolean shown) {
        if (!shown) {
            surface = null;
            return;
        }
        surface = compositor.child(SurfaceProtocol.SURFACE, EventHandler.NONE);
        compositor.request(SurfaceProtocol.COMPOSITOR_CREATE_SURFACE).newId(surface).send();
        int bytes = SIZE * SIZE * 4;
        try (Fd memory = Memfd.create("lumen-pointer", bytes, 0); Mapping mapping = Mapping.of(memory.value(), bytes, true)) {
            for (int i = 0; i < SIZE * SIZE; i++) {
                mapping.segment().setAtIndex(ValueLayout.JAVA_INT, i, MAGENTA);
            }
            Proxy pool = shm.child(WaylandProtocol.SHM_POOL, EventHandler.NONE);
            shm.request(WaylandProtocol.SHM_CREATE_POOL).newId(pool).fd(memory.value()).i32(bytes).send();
            Proxy buffer = pool.child(WaylandProtocol.BUFFER, EventHandler.NONE);
            pool.request(WaylandProtocol.SHM_POOL_CREATE_BUFFER).newId(buffer).i32(0).i32(SIZE).i32(SIZE).i32(SIZE * 4)
                    .u32(WaylandProtocol.SHM_FORMAT_ARGB8888).send();
            pool.destroy(WaylandProtocol.SHM_POOL_DESTROY);
            surface.request(SurfaceProtocol.SURFACE_ATTACH).object(buffer).i32(0).i32(0).send();
            surface.request(SurfaceProtocol.SURFACE_DAMAGE_BUFFER).i32(0).i32(0).i32(SIZE).i32(SIZE).send();
            surface.request(SurfaceProtocol.SURFACE_COMMIT).send();
        }
    }

    void show(Proxy pointer, int serial) {
        pointer.request(InputProtocol.POINTER_SET_CURSOR).u32(serial).object(surface).i32(surface == null ? 0 : HOT_X)
                .i32(surface == null ? 0 : HOT_Y).send();
    }
}
