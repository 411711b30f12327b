package lumen.ei;

import java.util.Optional;

/** What a device may take events for. */
public enum EiInterface {
    POINTER("ei_pointer"),
    POINTER_ABSOLUTE("ei_pointer_absolute"),
    SCROLL("ei_scroll"),
    BUTTON("ei_button"),
    KEYBOARD("ei_keyboard"),
    TOUCHSCREEN("ei_touchscreen");

    /** Name in the protocol. */
    final String protocolName;

    EiInterface(String protocolName) {
        this.protocolName = protocolName;
    }

    static Optional<EiInterface> named(String protocolName) {
        for (EiInterface candidate : values()) {
            if (candidate.protocolName.equals(protocolName)) {
                return Optional.of(candidate);
            }
        }
        return Optional.empty();
    }
}
