package lumen.ei;

import java.util.List;

/** Versions and opcodes of libei's {@code protocol.xml} (1.0 to 1.6): an opcode is the place within its interface. */
final class EiProtocol {
    static final int HANDSHAKE_VERSION = 1;
    static final int CONTEXT_SENDER = 2;
    /** Device 3 adds {@code ready}, which nothing here needs. */
    static final int DEVICE_VERSION = 2;
    static final int OTHER_VERSION = 1;

    static final int HANDSHAKE_REQUEST_VERSION = 0;
    static final int HANDSHAKE_REQUEST_FINISH = 1;
    static final int HANDSHAKE_REQUEST_CONTEXT_TYPE = 2;
    static final int HANDSHAKE_REQUEST_NAME = 3;
    static final int HANDSHAKE_REQUEST_INTERFACE_VERSION = 4;
    static final int HANDSHAKE_EVENT_VERSION = 0;
    static final int HANDSHAKE_EVENT_CONNECTION = 2;

    static final int CONNECTION_REQUEST_SYNC = 0;
    static final int CONNECTION_REQUEST_DISCONNECT = 1;
    static final int CONNECTION_EVENT_DISCONNECTED = 0;
    static final int CONNECTION_EVENT_SEAT = 1;
    static final int CONNECTION_EVENT_INVALID_OBJECT = 2;
    static final int CONNECTION_EVENT_PING = 3;

    static final int CALLBACK_EVENT_DONE = 0;
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

    /** Of all that a device consists of. */
    static final int EVENT_DESTROYED = 0;
    static final int POINTER_REQUEST_MOTION = 1;
    static final int BUTTON_REQUEST_BUTTON = 1;
    static final int SCROLL_REQUEST_SCROLL = 1;
    static final int SCROLL_REQUEST_DISCRETE = 2;
    static final int SCROLL_REQUEST_STOP = 3;
    static final int KEYBOARD_REQUEST_KEY = 1;
    static final int KEYBOARD_EVENT_KEYMAP = 1;
    static final int KEYBOARD_EVENT_MODIFIERS = 3;
    static final int KEYMAP_TYPE_XKB = 1;
    static final int TOUCH_REQUEST_DOWN = 1;
    static final int TOUCH_REQUEST_MOTION = 2;
    static final int TOUCH_REQUEST_UP = 3;

    static final String DEVICE = "ei_device";
    /** Interfaces beside those of {@link EiInterface} that the handshake names. */
    static final List<String> COMMON = List.of("ei_connection", "ei_callback", "ei_pingpong", "ei_seat", DEVICE);

    private EiProtocol() {
    }
}
