package lumen.wayland;

import java.util.List;

/** The core protocol ({@code wayland.xml}), as far as lumen speaks it. */
public final class WaylandProtocol {
    public static final Interface DISPLAY = Interface.of("wl_display", 1,
            List.of("sync(n)", "get_registry(n)"), List.of("error(?ous)", "delete_id(u)"));
    public static final int DISPLAY_SYNC = 0;
    public static final int DISPLAY_GET_REGISTRY = 1;
    public static final int DISPLAY_ERROR = 0;

    public static final Interface CALLBACK = Interface.of("wl_callback", 1, List.of(), List.of("done(u)"));

    /** {@code bind} carries interface name and version in front of an untyped new id. */
    public static final Interface REGISTRY = Interface.of("wl_registry", 1,
            List.of("bind(usun)"), List.of("global(usu)", "global_remove(u)"));
    public static final int REGISTRY_BIND = 0;
    public static final int REGISTRY_GLOBAL = 0;
    public static final int REGISTRY_GLOBAL_REMOVE = 1;

    public static final Interface SHM = Interface.of("wl_shm", 1, List.of("create_pool(nhi)"), List.of("format(u)"));
    public static final int SHM_CREATE_POOL = 0;
    /** {@code wl_shm.format} numbers two formats by itself; all others are DRM codes. */
    public static final int SHM_FORMAT_ARGB8888 = 0;
    public static final int SHM_FORMAT_XRGB8888 = 1;

    public static final Interface SHM_POOL = Interface.of("wl_shm_pool", 1,
            List.of("create_buffer(niiiiu)", "destroy()", "resize(i)"), List.of());
    public static final int SHM_POOL_CREATE_BUFFER = 0;
    public static final int SHM_POOL_DESTROY = 1;

    public static final Interface BUFFER = Interface.of("wl_buffer", 1, List.of("destroy()"), List.of("release()"));
    public static final int BUFFER_DESTROY = 0;
    public static final int BUFFER_RELEASE = 0;

    public static final Interface OUTPUT = Interface.of("wl_output", 4, List.of("release()"),
            List.of("geometry(iiiiissi)", "mode(uiii)", "done()", "scale(i)", "name(s)", "description(s)"));
    public static final int OUTPUT_GEOMETRY = 0;
    public static final int OUTPUT_MODE = 1;
    public static final int OUTPUT_DONE = 2;
    public static final int OUTPUT_NAME = 4;

    public static final Interface SEAT = Interface.of("wl_seat", 5,
            List.of("get_pointer(n)", "get_keyboard(n)", "get_touch(n)", "release()"),
            List.of("capabilities(u)", "name(s)"));
    public static final int SEAT_GET_POINTER = 0;
    public static final int SEAT_GET_KEYBOARD = 1;
    public static final int SEAT_GET_TOUCH = 2;
    public static final int SEAT_CAPABILITIES = 0;
    /** Bits of {@code wl_seat.capabilities}. */
    public static final int CAPABILITY_POINTER = 1;
    public static final int CAPABILITY_KEYBOARD = 2;
    public static final int CAPABILITY_TOUCH = 4;

    private WaylandProtocol() {
    }
}
