package lumen.client;

/**
 * Where a host is: a name or an address, and its HTTP port. All other ports are learnt from the host.
 *
 * @param host name, IPv4 address or IPv6 address without brackets
 * @param port HTTP port, 1 to 65535
 */
public record HostAddress(String host, int port) {
    /** The HTTP port of GameStream hosts. */
    public static final int DEFAULT_PORT = 47989;

    public HostAddress {
        if (host.isBlank()) {
            throw new IllegalArgumentException("host: empty");
        }
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("port " + port + ", allowed: 1 to 65535");
        }
    }

    /**
     * Reads {@code HOST}, {@code HOST:PORT}, {@code [IPV6]} or {@code [IPV6]:PORT}.
     *
     * @throws IllegalArgumentException with one line for the user
     */
    public static HostAddress parse(String text) {
        if (text.startsWith("[")) {
            int end = text.indexOf(']');
            if (end < 0) {
                throw new IllegalArgumentException("host '" + text + "': no closing bracket");
            }
            String rest = text.substring(end + 1);
            if (!rest.isEmpty() && !rest.startsWith(":")) {
                throw new IllegalArgumentException("host '" + text + "', allowed: [ADDRESS]:PORT");
            }
            return new HostAddress(text.substring(1, end), rest.isEmpty() ? DEFAULT_PORT : number(rest.substring(1)));
        }
        int colon = text.indexOf(':');
        if (colon < 0 || colon != text.lastIndexOf(':')) {
            return new HostAddress(text, DEFAULT_PORT);
        }
        return new HostAddress(text.substring(0, colon), number(text.substring(colon + 1)));
    }

    private static int number(String port) {
        try {
            return Integer.parseInt(port);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("port '" + port + "', allowed: 1 to 65535", e);
        }
    }

    /** The host as it stands in a URL: an IPv6 address gets brackets. */
    public String urlHost() {
        return host.indexOf(':') < 0 ? host : "[" + host.replace("%", "%25") + "]";
    }

    @Override
    public String toString() {
        return urlHost() + ":" + port;
    }
}
