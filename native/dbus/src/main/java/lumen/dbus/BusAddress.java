package lumen.dbus;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Where a bus listens, as {@code DBUS_SESSION_BUS_ADDRESS} and its like say. */
public final class BusAddress {
    private BusAddress() {
    }

    /**
     * The sockets of the session bus, in the order in which to try them.
     *
     * @param environment with {@code DBUS_SESSION_BUS_ADDRESS} or {@code XDG_RUNTIME_DIR}
     * @throws DBusException if they name none that can be used
     */
    public static List<Path> session(Map<String, String> environment) {
        Optional<String> address = Optional.ofNullable(environment.get("DBUS_SESSION_BUS_ADDRESS")).filter(a -> !a.isBlank());
        if (address.isPresent()) {
            return parse(address.get());
        }
        return Optional.ofNullable(environment.get("XDG_RUNTIME_DIR")).filter(d -> !d.isBlank()).map(d -> List.of(Path.of(d, "bus")))
                .orElseThrow(() -> new DBusException("neither DBUS_SESSION_BUS_ADDRESS nor XDG_RUNTIME_DIR is set"));
    }

    /** Paths of the {@code unix:path} addresses in a list of addresses. */
    static List<Path> parse(String addresses) {
        List<Path> paths = new ArrayList<>();
        for (String address : addresses.split(";")) {
            if (address.startsWith("unix:")) {
                for (String pair : address.substring("unix:".length()).split(",")) {
                    if (pair.startsWith("path=")) {
                        paths.add(Path.of(unescape(pair.substring("path=".length()))));
                    }
                }
            }
        }
        if (paths.isEmpty()) {
            throw new DBusException("no address of the kind unix:path= in \"" + addresses + "\"");
        }
        return paths;
    }

    /** {@code %} and two hexadecimal digits stand for a byte. */
    private static String unescape(String text) {
        java.io.ByteArrayOutputStream out = new java.io.ByteArrayOutputStream();
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] != '%') {
                out.write(bytes[i]);
            } else if (i + 2 < bytes.length) {
                int high = Character.digit(bytes[i + 1], 16);
                int low = Character.digit(bytes[i + 2], 16);
                if (high < 0 || low < 0) {
                    throw new DBusException("malformed address \"" + text + "\"");
                }
                out.write(high << 4 | low);
                i += 2;
            } else {
                throw new DBusException("malformed address \"" + text + "\"");
            }
        }
        return out.toString(StandardCharsets.UTF_8);
    }
}
