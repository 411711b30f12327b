package lumen.dbus;

/** The bus can't be reached, has gone, or somebody on it refused or broke the protocol. */
public final class DBusException extends RuntimeException {
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
