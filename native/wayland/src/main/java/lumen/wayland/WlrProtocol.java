package lumen.wayland;

import java.util.List;

/** Protocols of wlroots and its relatives: screen copy, virtual devices, logical outputs. */
public final class WlrProtocol {
    /** {@code wlr-screencopy-unstable-v1}. */
    public static final Interface SCREENCOPY_MANAGER = Interface.of("zwlr_screencopy_manager_v1", 3,
            List.of("capture_output(nio)", "capture_output_region(nioiiii)", "destroy()"), List.of());
    public static final int SCREENCOPY_CAPTURE_OUTPUT = 0;

    public static final Interface SCREENCOPY_FRAME = Interface.of("zwlr_screencopy_frame_v1", 3,
            List.of("copy(o)", "destroy()", "copy_with_damage(o)"),
            List.of("buffer(uuuu)", "flags(u)", "ready(uuu)", "failed()", "damage(uuuu)", "linux_dmabuf(uuu)",
                    "buffer_done()"));
    public static final int FRAME_COPY = 0;
    public static final int FRAME_DESTROY = 1;
    public static final int FRAME_COPY_WITH_DAMAGE = 2;
    public static final int FRAME_BUFFER = 0;
    public static final int FRAME_FLAGS = 1;
    public static final int FRAME_READY = 2;
    public static final int FRAME_FAILED = 3;
    public static final int FRAME_DAMAGE = 4;
    public static final int FRAME_LINUX_DMABUF = 5;
    public static final int FRAME_BUFFER_DONE = 6;
    public static final int FRAME_FLAG_Y_INVERT = 1;

    /** {@code virtual-keyboard-unstable-v1}. */
    public static final Interface VIRTUAL_KEYBOARD_MANAGER = Interface.of("zwp_virtual_keyboard_manager_v1", 1,
            List.of("create_virtual_keyboard(on)"), List.of());
    public static final int CREATE_VIRTUAL_KEYBOARD = 0;

    public static final Interface VIRTUAL_KEYBOARD = Interface.of("zwp_virtual_keyboard_v1", 1,
            List.of("keymap(uhu)", "key(uuu)", "modifiers(uuuu)", "destroy()"), List.of());
    public static final int KEYBOARD_KEYMAP = 0;
    public static final int KEYBOARD_KEY = 1;
    public static final int KEYBOARD_MODIFIERS = 2;
    public static final int KEYBOARD_DESTROY = 3;
    /** {@code wl_keyboard.keymap_format.xkb_v1}. */
    public static final int KEYMAP_FORMAT_XKB_V1 = 1;

    /** {@code wlr-virtual-pointer-unstable-v1}. */
    public static final Interface VIRTUAL_POINTER_MANAGER = Interface.of("zwlr_virtual_pointer_manager_v1", 2,
            List.of("create_virtual_pointer(?on)", "destroy()", "create_virtual_pointer_with_output(?o?on)"), List.of());
    public static final int CREATE_VIRTUAL_POINTER_WITH_OUTPUT = 2;

    public static final Interface VIRTUAL_POINTER = Interface.of("zwlr_virtual_pointer_v1", 2,
            List.of("motion(uff)", "motion_absolute(uuuuu)", "button(uuu)", "axis(uuf)", "frame()", "axis_source(u)",
                    "axis_stop(uu)", "axis_discrete(uufi)", "destroy()"), List.of());
    public static final int POINTER_MOTION = 0;
    public static final int POINTER_MOTION_ABSOLUTE = 1;
    public static final int POINTER_BUTTON = 2;
    public static final int POINTER_AXIS = 3;
    public static final int POINTER_FRAME = 4;
    public static final int POINTER_AXIS_SOURCE = 5;
    public static final int POINTER_AXIS_DISCRETE = 7;
    public static final int POINTER_DESTROY = 8;

    /** {@code wlr-layer-shell-unstable-v1}. */
    public static final Interface LAYER_SHELL = Interface.of("zwlr_layer_shell_v1", 1, List.of("get_layer_surface(no?ous)"), List.of());
    public static final int LAYER_SHELL_GET_LAYER_SURFACE = 0;

    public static final Interface LAYER_SURFACE = Interface.of("zwlr_layer_surface_v1", 1,
            List.of("set_size(uu)", "set_anchor(u)", "set_exclusive_zone(i)", "set_margin(iiii)", "set_keyboard_interactivity(u)",
                    "get_popup(o)", "ack_configure(u)", "destroy()"), List.of("configure(uuu)", "closed()"));
    public static final int LAYER_SURFACE_SET_SIZE = 0;
    public static final int LAYER_SURFACE_SET_ANCHOR = 1;
    public static final int LAYER_SURFACE_ACK_CONFIGURE = 6;
    public static final int LAYER_SURFACE_CONFIGURE = 0;

    private WlrProtocol() {
    }
}
