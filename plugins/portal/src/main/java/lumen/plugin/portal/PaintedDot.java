package lumen.plugin.portal;

import java.time.Duration;
import lumen.posix.Fd;
import lumen.posix.Memfd;
import lumen.wayland.EventArguments;
import lumen.wayland.EventHandler;
import lumen.wayland.Output;
import lumen.wayland.Proxy;
import lumen.wayland.Registry;
import lumen.wayland.SurfaceProtocol;
import lumen.wayland.WaylandConnection;
import lumen.wayland.WaylandException;
import lumen.wayland.WaylandProtocol;
import lumen.wayland.WlrProtocol;

/** A transparent pixel in a corner of an output, shown for as long as it takes: an output that must paint it paints. */
final class PaintedDot {
    private static final int LAYER_OVERLAY = 3;
    private static final int ANCHOR_TOP_LEFT = 1 | 4;

    private final Proxy surface;
    private final Proxy buffer;
    private boolean painted;

    private PaintedDot(Proxy surface, Proxy buffer) {
        this.surface = surface;
        this.buffer = buffer;
    }

    /**
     * Shows the pixel until it has been painted; it goes with the connection.
     *
     * @throws WaylandException if the compositor has no layers, or doesn't paint in time
     */
    static void show(WaylandConnection connection, String name, Duration limit) {
        Registry registry = Registry.of(connection, limit);
        Output output = Output.named(name, connection, registry, limit);
        Proxy layers = registry.require(WlrProtocol.LAYER_SHELL, 1, EventHandler.NONE);
        Proxy shm = registry.require(WaylandProtocol.SHM, 1, EventHandler.NONE);
        Proxy compositor = registry.require(SurfaceProtocol.COMPOSITOR, 1, EventHandler.NONE);
        Proxy surface = compositor.child(SurfaceProtocol.SURFACE, EventHandler.NONE);
        compositor.request(SurfaceProtocol.COMPOSITOR_CREATE_SURFACE).newId(surface).send();
        PaintedDot dot = new PaintedDot(surface, pixel(shm));
        Proxy layer = layers.child(WlrProtocol.LAYER_SURFACE, dot::configured);
        layers.request(WlrProtocol.LAYER_SHELL_GET_LAYER_SURFACE).newId(layer).object(surface).object(output.proxy()).u32(LAYER_OVERLAY)
                .string("lumen").send();
        layer.request(WlrProtocol.LAYER_SURFACE_SET_SIZE).u32(1).u32(1).send();
        layer.request(WlrProtocol.LAYER_SURFACE_SET_ANCHOR).u32(ANCHOR_TOP_LEFT).send();
        surface.request(SurfaceProtocol.SURFACE_COMMIT).send();
        long deadline = System.nanoTime() + limit.toNanos();
        while (!dot.painted) {
            long left = deadline - System.nanoTime();
            if (left < 0) {
                throw new WaylandException("the output has not painted within " + limit.toMillis() + " ms");
            }
            connection.dispatch((int) (left / 1_000_000 + 1));
        }
    }

    /** The layer has a place: what is committed now is shown, and the callback comes when it has been painted. */
    private void configured(Proxy layer, int opcode, EventArguments arguments) {
        if (opcode != WlrProtocol.LAYER_SURFACE_CONFIGURE) {
            throw new WaylandException("the output has gone");
        }
        layer.request(WlrProtocol.LAYER_SURFACE_ACK_CONFIGURE).u32(arguments.u32()).send();
        Proxy callback = surface.child(WaylandProtocol.CALLBACK, (o, done, time) -> painted = true);
        surface.request(SurfaceProtocol.SURFACE_FRAME).newId(callback).send();
        surface.request(SurfaceProtocol.SURFACE_ATTACH).object(buffer).i32(0).i32(0).send();
        surface.request(SurfaceProtocol.SURFACE_DAMAGE).i32(0).i32(0).i32(1).i32(1).send();
        surface.request(SurfaceProtocol.SURFACE_COMMIT).send();
    }

    private static Proxy pixel(Proxy shm) {
        try (Fd memory = Memfd.create("lumen-dot", Integer.BYTES, Memfd.SEAL_SHRINK | Memfd.SEAL_GROW)) {
            Proxy pool = shm.child(WaylandProtocol.SHM_POOL, EventHandler.NONE);
            shm.request(WaylandProtocol.SHM_CREATE_POOL).newId(pool).fd(memory.value()).i32(Integer.BYTES).send();
            Proxy buffer = pool.child(WaylandProtocol.BUFFER, EventHandler.NONE);
            pool.request(WaylandProtocol.SHM_POOL_CREATE_BUFFER).newId(buffer).i32(0).i32(1).i32(1).i32(Integer.BYTES)
                    .u32(WaylandProtocol.SHM_FORMAT_ARGB8888).send();
            return buffer;
        }
    }
}
