package lumen.wayland;

import java.util.List;

/** Where outputs lie in the compositor's logical coordinates ({@code xdg-output-unstable-v1.xml}). */
public final class XdgOutputProtocol {
    public static final Interface OUTPUT_MANAGER = Interface.of("zxdg_output_manager_v1", 2,
            List.of("destroy()", "get_xdg_output(no)"), List.of());
    public static final int OUTPUT_MANAGER_GET_XDG_OUTPUT = 1;

    public static final Interface XDG_OUTPUT = Interface.of("zxdg_output_v1", 2, List.of("destroy()"),
            List.of("logical_position(ii)", "logical_size(ii)", "done()", "name(s)", "description(s)"));
    public static final int XDG_OUTPUT_LOGICAL_POSITION = 0;
    public static final int XDG_OUTPUT_LOGICAL_SIZE = 1;

    private XdgOutputProtocol() {
    }
}
