package lumen.wayland;

import java.util.List;

/** What a program shows itself with: surfaces ({@code wayland.xml}) and their scaling ({@code viewporter.xml}). */
public final class SurfaceProtocol {
    public static final Interface COMPOSITOR = Interface.of("wl_compositor", 4,
            List.of("create_surface(n)", "create_region(n)"), List.of());
    public static final int COMPOSITOR_CREATE_SURFACE = 0;

    public static final Interface SURFACE = Interface.of("wl_surface", 4,
            List.of("destroy()", "attach(?oii)", "damage(iiii)", "frame(n)", "set_opaque_region(?o)",
                    "set_input_region(?o)", "commit()", "set_buffer_transform(i)", "set_buffer_scale(i)",
                    "damage_buffer(iiii)"), List.of("enter(o)", "leave(o)"));
    public static final int SURFACE_ATTACH = 1;
    public static final int SURFACE_DAMAGE = 2;
    public static final int SURFACE_FRAME = 3;
    public static final int SURFACE_COMMIT = 6;
    public static final int SURFACE_DAMAGE_BUFFER = 9;
    public static final int SURFACE_ENTER = 0;

    public static final Interface VIEWPORTER = Interface.of("wp_viewporter", 1,
            List.of("destroy()", "get_viewport(no)"), List.of());
    public static final int VIEWPORTER_GET_VIEWPORT = 1;

    public static final Interface VIEWPORT = Interface.of("wp_viewport", 1,
            List.of("destroy()", "set_source(ffff)", "set_destination(ii)"), List.of());
    public static final int VIEWPORT_SET_DESTINATION = 2;

    private SurfaceProtocol() {
    }
}
