package lumen.dbus;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A socket that a bus listens on (D-Bus Specification, "Server Addresses").
 *
 * @param name            path of the socket, or its name in the abstract namespace
 * @param abstractSocket  true for the latter
 */
public record BusAddress(String name, boolean abstractSocket) {
    private static final String UNIX = "unix:";
    private static final String ADDRESS = "DBUS_SESSION_BUS_ADDRESS";
    private static final String RUNTIME_FOLDER = "XDG_RUNTIME_DIR";
    /** What {@link #session} looks at. */
    static final List<String> SESSION_VARIABLES = List.of(ADDRESS, RUNTIME_FOLDER);

    /**
     * The sockets of the session bus, in the order in which to try them.
     *
     * @param environment with {@code DBUS_SESSION_BUS_ADDRESS} or {@code XDG_RUNTIME_DIR}
     * @throws DBusException if they name none that can be used
     */
    public static List<BusAddress> session(Map<String, String> environment) {
        Optional<BusAddress> usual = Optional.ofNullable(environment.get(RUNTIME_FOLDER)).filter(d -> !d.isBlank())
                .map(d -> new BusAddress(Path.of(d, "bus").toString(), false));
        Optional<String> address = Optional.ofNullable(environment.get(ADDRESS)).filter(a -> !a.isBlank());
        if (address.isPresent()) {
            return parse(address.get(), usual);
        }
        return List.of(usual.orElseThrow(() -> new DBusException("neither DBUS_SESSION_BUS_ADDRESS nor XDG_RUNTIME_DIR is set")));
    }

    /**
     * The {@code unix:} addresses in a list of addresses.
     *
     * @param usual what {@code unix:runtime=yes} stands for
     */
    static List<BusAddress> parse(String addresses, Optional<BusAddress> usual) {
        List<BusAddress> found = new ArrayList<>();
        for (String address : addresses.split(";")) {
            if (!address.startsWith(UNIX)) {
                continue;
            }
            Map<String, String> keys = keys(address);
            if (keys.containsKey("path")) {
                found.add(new BusAddress(keys.get("path"), false));
            } else if (keys.containsKey("abstract")) {
                found.add(new BusAddress(keys.get("abstract"), true));
            } else if ("yes".equals(keys.get("runtime"))) {
                usual.ifPresent(found::add);
            }
        }
        if (found.isEmpty()) {
            throw new DBusException("no address of the kinds unix:path= and unix:abstract= in \"" + addresses + "\"");
        }
        return found;
    }

    private static Map<String, String> keys(String address) {
        Map<String, String> keys = new HashMap<>();
        for (String pair : address.substring(UNIX.length()).split(",")) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                keys.put(pair.substring(0, equals), unescape(pair.substring(equals + 1)));
            }
        }
        return keys;
    }

    /** {@code %} and two hexadecimal digits stand for a byte. */
    private static String unescape(String text) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] != '%') {
                out.write(bytes[i]);
                continue;
            }
            int high = i + 2 < bytes.length ? Character.digit(bytes[i + 1], 16) : -1;
            int low = high < 0 ? -1 : Character.digit(bytes[i + 2], 16);
            if (low < 0 || (high | low) == 0) {
                throw new DBusException("malformed address \"" + text + "\"");
            }
            out.write(high << 4 | low);
            i += 2;
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return abstractSocket ? "@" + name : name;
    }
}
