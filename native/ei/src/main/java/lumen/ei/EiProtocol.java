package lumen.ei;

import java.util.Map;

/** Names, versions and opcodes of the interfaces lumen speaks. */
final class EiProtocol {
    static final long HANDSHAKE = 0;
    static final int HANDSHAKE_VERSION = 1;
    static final int CONTEXT_SENDER = 2;

    static final int HANDSHAKE_REQUEST_VERSION = 0;
    static final int HANDSHAKE_REQUEST_FINISH = 1;
    static final int HANDSHAKE_REQUEST_CONTEXT_TYPE = 2;
    static final int HANDSHAKE_REQUEST_NAME = 3;
    static final int HANDSHAKE_REQUEST_INTERFACE_VERSION = 4;
    static final int HANDSHAKE_EVENT_VERSION = 0;
    static final int HANDSHAKE_EVENT_CONNECTION = 2;

    static final int CONNECTION_REQUEST_DISCONNECT = 1;
    static final int CONNECTION_EVENT_DISCONNECTED = 0;
    static final int CONNECTION_EVENT_SEAT = 1;
    static final int CONNECTION_EVENT_PING = 3;

    static final int PINGPONG_REQUEST_DONE = 0;

    static final int SEAT_REQUEST_BIND = 1;
    static final int SEAT_EVENT_DESTROYED = 0;
    static final int SEAT_EVENT_CAPABILITY = 2;
    static final int SEAT_EVENT_DONE = 3;
    static final int SEAT_EVENT_DEVICE = 4;

    static final int DEVICE_REQUEST_START_EMULATING = 1;
    static final int DEVICE_REQUEST_STOP_EMULATING = 2;
    static final int DEVICE_REQUEST_FRAME = 3;
    static final int DEVICE_EVENT_DESTROYED = 0;
    static final int DEVICE_EVENT_NAME = 1;
    static final int DEVICE_EVENT_REGION = 4;
    static final int DEVICE_EVENT_INTERFACE = 5;
    static final int DEVICE_EVENT_DONE = 6;
    static final int DEVICE_EVENT_RESUMED = 7;
    static final int DEVICE_EVENT_PAUSED = 8;
    static final int DEVICE_EVENT_REGION_MAPPING_ID = 12;

    static final int POINTER_MOTION = 1;
    static final int BUTTON_BUTTON = 1;
    static final int SCROLL_DISCRETE = 2;
    static final int KEYBOARD_KEY = 1;
    static final int KEYBOARD_EVENT_KEYMAP = 1;
    static final int TOUCH_DOWN = 1;
    static final int TOUCH_MOTION = 2;
    static final int TOUCH_UP = 3;

    static final String CONNECTION = "ei_connection";
    static final String PINGPONG = "ei_pingpong";
    static final String SEAT = "ei_seat";
    static final String DEVICE = "ei_device";
    static final String POINTER = "ei_pointer";
    static final String POINTER_ABSOLUTE = "ei_pointer_absolute";
    static final String SCROLL = "ei_scroll";
    static final String BUTTON = "ei_button";
    static final String KEYBOARD = "ei_keyboard";
    static final String TOUCHSCREEN = "ei_touchscreen";

    /** The newest versions this client speaks; servers answer with the lower of both. */
    static final Map<String, Integer> VERSIONS = Map.of(CONNECTION, 1, "ei_callback", 1, PINGPONG, 1, SEAT, 1, DEVICE, 2,
            POINTER, 1, POINTER_ABSOLUTE, 1, SCROLL, 1, BUTTON, 1, KEYBOARD, 1);
    /** {@link #TOUCHSCREEN} is version 1 too; {@code Map.of} ends at ten pairs. */
    static final int TOUCHSCREEN_VERSION = 1;

    private EiProtocol() {
    }
}
