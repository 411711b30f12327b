package lumen.plugin.wlroots;

import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import lumen.posix.Fd;
import lumen.posix.Mapping;
import lumen.posix.Memfd;
import lumen.wayland.EventArguments;
import lumen.wayland.EventHandler;
import lumen.wayland.Interface;
import lumen.wayland.Proxy;
import lumen.wayland.Registry;
import lumen.wayland.WaylandConnection;
import lumen.wayland.WaylandException;
import lumen.wayland.WaylandProtocol;

/** An ordinary Wayland program: a window of one colour that writes down the input it receives. */
final class ColourWindow implements AutoCloseable {
    private static final Interface COMPOSITOR = Interface.of("wl_compositor", 4,
            List.of("create_surface(n)", "create_region(n)"), List.of());
    private static final Interface SURFACE = Interface.of("wl_surface", 4,
            List.of("destroy()", "attach(?oii)", "damage(iiii)", "frame(n)", "set_opaque_region(?o)",
                    "set_input_region(?o)", "commit()", "set_buffer_transform(i)", "set_buffer_scale(i)",
                    "damage_buffer(iiii)"), List.of("enter(o)", "leave(o)"));
    private static final Interface WM_BASE = Interface.of("xdg_wm_base", 1,
            List.of("destroy()", "create_positioner(n)", "get_xdg_surface(no)", "pong(u)"), List.of("ping(u)"));
    private static final Interface XDG_SURFACE = Interface.of("xdg_surface", 1,
            List.of("destroy()", "get_toplevel(n)", "get_popup(n?oo)", "set_window_geometry(iiii)", "ack_configure(u)"),
            List.of("configure(u)"));
    private static final Interface TOPLEVEL = Interface.of("xdg_toplevel", 1,
            List.of("destroy()", "set_parent(?o)", "set_title(s)", "set_app_id(s)"), List.of("configure(iia)", "close()"));
    private static final Interface KEYBOARD = Interface.of("wl_keyboard", 5, List.of(),
            List.of("keymap(uhu)", "enter(uoa)", "leave(uo)", "key(uuuu)", "modifiers(uuuuu)", "repeat_info(ii)"));
    private static final Interface POINTER = Interface.of("wl_pointer", 5, List.of("set_cursor(u?oii)"),
            List.of("enter(uoff)", "leave(uo)", "motion(uff)", "button(uuuu)", "axis(uuf)", "frame()", "axis_source(u)",
                    "axis_stop(uu)", "axis_discrete(ui)"));
    private static final Duration LIMIT = Duration.ofSeconds(5);

    final Queue<String> events = new ConcurrentLinkedQueue<>();
    private final Queue<Runnable> requests = new ConcurrentLinkedQueue<>();
    private final WaylandConnection connection;
    private final Thread thread;
    private final Proxy shm;
    private final Proxy seat;
    private final Proxy surface;
    private final Proxy xdgSurface;
    private Proxy keyboard;
    private Proxy pointer;
    private volatile boolean closing;
    private int width;
    private int height;
    private int colour;
    private Mapping pixels;
    private Proxy buffer;

    ColourWindow(Path socket, int colour) {
        this.colour = colour;
        connection = WaylandConnection.connect(socket);
        Registry registry = Registry.of(connection, LIMIT);
        Proxy compositor = registry.require(COMPOSITOR, 4, EventHandler.NONE);
        shm = registry.require(WaylandProtocol.SHM, 1, EventHandler.NONE);
        Proxy base = registry.require(WM_BASE, 1, (o, opcode, e) -> o.request(3).u32(e.u32()).send());
        seat = registry.require(WaylandProtocol.SEAT, 5, this::seatEvent);
        surface = compositor.child(SURFACE, EventHandler.NONE);
        compositor.request(0).newId(surface).send();
        xdgSurface = base.child(XDG_SURFACE, this::configured);
        base.request(2).newId(xdgSurface).object(surface).send();
        Proxy toplevel = xdgSurface.child(TOPLEVEL, this::toplevelEvent);
        xdgSurface.request(1).newId(toplevel).send();
        toplevel.request(2).string("colour").send();
        surface.request(6).send();
        thread = Thread.ofPlatform().daemon().name("colour-window").start(this::run);
    }

    private void run() {
        try {
            while (!closing) {
                for (Runnable r = requests.poll(); r != null; r = requests.poll()) {
                    r.run();
                }
                connection.dispatch(-1);
            }
        } catch (WaylandException e) {
            events.add("lost");
        }
    }

    private void toplevelEvent(Proxy o, int opcode, EventArguments e) {
        if (opcode == 0) {
            width = e.i32();
            height = e.i32();
        }
    }

    private void configured(Proxy o, int opcode, EventArguments e) {
        xdgSurface.request(4).u32(e.u32()).send();
        // 0x0 is "choose yourself"; the real size comes once the window is mapped.
        width = width == 0 ? 64 : width;
        height = height == 0 ? 64 : height;
        draw();
        events.add("configured " + width + "x" + height);
    }

    private void draw() {
        if (pixels != null) {
            pixels.close();
            buffer.destroy(WaylandProtocol.BUFFER_DESTROY);
        }
        int size = width * height * 4;
        try (Fd fd = Memfd.create("colour", size, 0)) {
            pixels = Mapping.of(fd.value(), size, true);
            Proxy pool = shm.child(WaylandProtocol.SHM_POOL, EventHandler.NONE);
            shm.request(WaylandProtocol.SHM_CREATE_POOL).newId(pool).fd(fd.value()).i32(size).send();
            buffer = pool.child(WaylandProtocol.BUFFER, EventHandler.NONE);
            pool.request(WaylandProtocol.SHM_POOL_CREATE_BUFFER).newId(buffer).i32(0).i32(width).i32(height)
                    .i32(width * 4).u32(WaylandProtocol.SHM_FORMAT_XRGB8888).send();
            pool.destroy(WaylandProtocol.SHM_POOL_DESTROY);
        }
        fill(0, 0, width, height);
    }

    private void fill(int x, int y, int w, int h) {
        for (int row = y; row < y + h; row++) {
            for (int column = x; column < x + w; column++) {
                pixels.segment().set(ValueLayout.JAVA_INT, (row * (long) width + column) * 4, colour);
            }
        }
        surface.request(1).object(buffer).i32(0).i32(0).send();
        surface.request(9).i32(x).i32(y).i32(w).i32(h).send();
        surface.request(6).send();
    }

    /** Paints a part of the window, on its own thread. */
    void paint(int newColour, int x, int y, int w, int h) {
        requests.add(() -> {
            colour = newColour;
            fill(x, y, w, h);
        });
        connection.wakeUp();
    }

    private void seatEvent(Proxy o, int opcode, EventArguments e) {
        if (opcode != WaylandProtocol.SEAT_CAPABILITIES) {
            return;
        }
        int capabilities = e.u32();
        if ((capabilities & 1) != 0 && pointer == null) {
            pointer = seat.child(POINTER, this::pointerEvent);
            seat.request(WaylandProtocol.SEAT_GET_POINTER).newId(pointer).send();
        }
        if ((capabilities & 2) != 0 && keyboard == null) {
            keyboard = seat.child(KEYBOARD, this::keyboardEvent);
            seat.request(WaylandProtocol.SEAT_GET_KEYBOARD).newId(keyboard).send();
        }
    }

    private void keyboardEvent(Proxy o, int opcode, EventArguments e) {
        switch (opcode) {
            case 1 -> events.add("keyboard enter");
            case 3 -> {
                e.u32();
                e.u32();
                events.add("key " + e.u32() + " " + e.u32());
            }
            case 4 -> {
                e.u32();
                events.add("modifiers " + e.u32() + " " + e.u32() + " " + e.u32());
            }
            default -> { }
        }
    }

    private void pointerEvent(Proxy o, int opcode, EventArguments e) {
        switch (opcode) {
            case 0 -> {
                e.u32();
                e.object();
                events.add("at " + (e.fixed() >> 8) + "," + (e.fixed() >> 8));
            }
            case 2 -> {
                e.u32();
                events.add("at " + (e.fixed() >> 8) + "," + (e.fixed() >> 8));
            }
            case 3 -> {
                e.u32();
                e.u32();
                events.add("button " + e.u32() + " " + e.u32());
            }
            case 4 -> {
                e.u32();
                events.add("axis " + e.u32() + " " + e.fixed() / 256.0);
            }
            case 6 -> events.add("source " + e.u32());
            case 8 -> events.add("notches " + e.u32() + " " + e.i32());
            default -> { }
        }
    }

    @Override
    public void close() throws InterruptedException {
        closing = true;
        connection.wakeUp();
        thread.join();
        connection.close();
        if (pixels != null) {
            pixels.close();
        }
    }
}
