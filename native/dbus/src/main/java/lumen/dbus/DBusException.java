package lumen.dbus;

/** The bus can't be reached, has gone, or somebody on it refused or broke the protocol. */
public final class DBusException extends RuntimeException {
    /** Nobody offers that service, and nobody would start it. */
    public static final String SERVICE_UNKNOWN = "org.freedesktop.DBus.Error.ServiceUnknown";
    public static final String NAME_HAS_NO_OWNER = "org.freedesktop.DBus.Error.NameHasNoOwner";
    /** There was no answer in time; also told by this side. */
    public static final String NO_REPLY = "org.freedesktop.DBus.Error.NoReply";
    public static final String UNKNOWN_METHOD = "org.freedesktop.DBus.Error.UnknownMethod";
    public static final String ACCESS_DENIED = "org.freedesktop.DBus.Error.AccessDenied";

    private static final long serialVersionUID = 1L;

    private final String name;

    public DBusException(String message) {
        this("", message);
    }

    DBusException(String message, Throwable cause) {
        super(message, cause);
        name = "";
    }

    DBusException(String name, String message) {
        super(name.isEmpty() ? message : message.isEmpty() ? name : message + " (" + name + ")");
        this.name = name;
    }

    /** The error's name if it was an answer, such as {@code org.freedesktop.DBus.Error.ServiceUnknown}; else empty. */
    public String name() {
        return name;
    }
}
