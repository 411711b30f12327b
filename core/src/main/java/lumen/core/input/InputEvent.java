package lumen.core.input;

/** One thing a client's input device did (streams reference, section 5). */
public sealed interface InputEvent {

    /**
     * A key.
     *
     * @param virtualKey    Win32 virtual key, 0 to 255; a position on a US keyboard unless {@code layoutDependent}
     * @param modifiers     {@link #SHIFT}, {@link #CTRL}, {@link #ALT}, {@link #META} as the client sees them
     * @param layoutDependent the client could not map the key to the US layout
     */
    record Key(int virtualKey, boolean down, int modifiers, boolean layoutDependent) implements InputEvent {
        /** Modifier bit. */
        public static final int SHIFT = 1;
        /** Modifier bit. */
        public static final int CTRL = 2;
        /** Modifier bit. */
        public static final int ALT = 4;
        /** Modifier bit. */
        public static final int META = 8;
    }

    /** One Unicode code point of text. */
    record Text(int codePoint) implements InputEvent {
    }

    /** A relative move in pixels, right and down positive. */
    record MouseMove(int dx, int dy) implements InputEvent {
    }

    /** A position: {@code x/width}, {@code y/height} of the picture. As sent: may lie outside, may have no size. */
    record MousePosition(int x, int y, int width, int height) implements InputEvent {
    }

    /** A mouse button: 1 left, 2 middle, 3 right, 4 side, 5 extra. */
    record MouseButton(int button, boolean down) implements InputEvent {
    }

    /** The wheel; 120 is one notch, up positive. */
    record Scroll(int amount) implements InputEvent {
    }

    /** The wheel sideways; 120 is one notch, right positive. */
    record HorizontalScroll(int amount) implements InputEvent {
    }

    /** The client can rumble. */
    record EnableHaptics(boolean enabled) implements InputEvent {
    }

    /**
     * The whole state of a pad.
     *
     * @param activeMask bit n: pad n exists
     * @param buttons    both halves of the button bits
     * @param leftTrigger 0 to 255
     * @param leftY      up positive
     */
    record ControllerState(int controller, int activeMask, int buttons, int leftTrigger, int rightTrigger,
                           int leftX, int leftY, int rightX, int rightY) implements InputEvent {
    }

    /**
     * A pad was plugged in.
     *
     * @param type 0 unknown, 1 Xbox, 2 PlayStation, 3 Nintendo, 4 Steam
     */
    record ControllerArrival(int controller, int type, int capabilities, int supportedButtons) implements InputEvent {
    }

    /** A finger on a pad's touchpad; {@code event} as for {@link Touch}. */
    record ControllerTouch(int controller, int event, int touchpad, int pointer, float x, float y, float pressure) implements InputEvent {
    }

    /** A pad's motion sensor: 1 accelerometer in m/s², 2 gyroscope in degrees a second. */
    record ControllerMotion(int controller, int type, float x, float y, float z) implements InputEvent {
    }

    /** A pad's battery; percent is 255 if unknown. */
    record ControllerBattery(int controller, int state, int percent) implements InputEvent {
    }

    /**
     * A finger.
     *
     * @param event    0 hover, 1 down, 2 up, 3 move, 4 cancel, 5 button only, 6 hover leave, 7 cancel all
     * @param rotation degrees, 0xFFFF unknown
     * @param x        0 to 1 of the picture, as are {@code y} and the contact's axes
     * @param pressure pressure, or distance while hovering
     */
    record Touch(int event, int rotation, int pointer, float x, float y, float pressure, float major, float minor) implements InputEvent {
    }

    /**
     * A pen; fields as for {@link Touch}.
     *
     * @param tool    0 unknown, 1 pen, 2 eraser
     * @param buttons 1 primary, 2 secondary, 4 tertiary
     * @param tilt    degrees, 255 unknown
     */
    record Pen(int event, int tool, int buttons, float x, float y, float pressure, int rotation, int tilt, float major, float minor)
            implements InputEvent {
    }
}
