package lumen.wayland;

import java.util.List;

/** Windows, {@code xdg-shell.xml}. */
public final class XdgShellProtocol {
    public static final Interface WM_BASE = Interface.of("xdg_wm_base", 1,
            List.of("destroy()", "create_positioner(n)", "get_xdg_surface(no)", "pong(u)"), List.of("ping(u)"));
    public static final int WM_BASE_GET_XDG_SURFACE = 2;
    public static final int WM_BASE_PONG = 3;

    public static final Interface XDG_SURFACE = Interface.of("xdg_surface", 1,
            List.of("destroy()", "get_toplevel(n)", "get_popup(n?oo)", "set_window_geometry(iiii)", "ack_configure(u)"),
            List.of("configure(u)"));
    public static final int XDG_SURFACE_GET_TOPLEVEL = 1;
    public static final int XDG_SURFACE_ACK_CONFIGURE = 4;

    public static final Interface TOPLEVEL = Interface.of("xdg_toplevel", 1,
            List.of("destroy()", "set_parent(?o)", "set_title(s)", "set_app_id(s)", "show_window_menu(ouii)", "move(ou)",
                    "resize(ouu)", "set_max_size(ii)", "set_min_size(ii)", "set_maximized()", "unset_maximized()",
                    "set_fullscreen(?o)"), List.of("configure(iia)", "close()"));
    public static final int TOPLEVEL_SET_TITLE = 2;
    public static final int TOPLEVEL_SET_APP_ID = 3;
    public static final int TOPLEVEL_SET_FULLSCREEN = 11;
    public static final int TOPLEVEL_CONFIGURE = 0;
    public static final int TOPLEVEL_CLOSE = 1;

    private XdgShellProtocol() {
    }
}
