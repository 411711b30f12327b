package lumen.wayland;

import java.util.List;

/** The devices of a {@code wl_seat} of version 5 and before, as a window sees them ({@code wayland.xml}). */
public final class InputProtocol {
    public static final Interface POINTER = Interface.of("wl_pointer", 5,
            List.of("set_cursor(u?oii)", "release()"),
            List.of("enter(uoff)", "leave(uo)", "motion(uff)", "button(uuuu)", "axis(uuf)", "frame()", "axis_source(u)",
                    "axis_stop(uu)", "axis_discrete(ui)"));
    public static final int POINTER_SET_CURSOR = 0;
    public static final int POINTER_ENTER = 0;
    public static final int POINTER_LEAVE = 1;
    public static final int POINTER_MOTION = 2;
    public static final int POINTER_BUTTON = 3;
    public static final int POINTER_AXIS = 4;
    public static final int POINTER_AXIS_DISCRETE = 8;

    public static final Interface KEYBOARD = Interface.of("wl_keyboard", 5, List.of("release()"),
            List.of("keymap(uhu)", "enter(uoa)", "leave(uo)", "key(uuuu)", "modifiers(uuuuu)", "repeat_info(ii)"));
    public static final int KEYBOARD_ENTER = 1;
    public static final int KEYBOARD_LEAVE = 2;
    public static final int KEYBOARD_KEY = 3;
    public static final int KEYBOARD_MODIFIERS = 4;

    public static final Interface TOUCH = Interface.of("wl_touch", 5, List.of("release()"),
            List.of("down(uuoiff)", "up(uui)", "motion(uiff)", "frame()", "cancel()"));
    public static final int TOUCH_DOWN = 0;
    public static final int TOUCH_UP = 1;
    public static final int TOUCH_MOTION = 2;
    public static final int TOUCH_CANCEL = 4;

    private InputProtocol() {
    }
}
