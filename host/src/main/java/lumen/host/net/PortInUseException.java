package lumen.host.net;

/** A port that somebody else holds. The message names port, transport and purpose. */
public final class PortInUseException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int port;
    private final PortPurpose purpose;

    public PortInUseException(int port, PortPurpose purpose, Throwable cause) {
        super(purpose.transport() + " port " + port + " (" + purpose + ") can't be used: " + cause.getMessage(), cause);
        this.port = port;
        this.purpose = purpose;
    }

    public int port() {
        return port;
    }

    public PortPurpose purpose() {
        return purpose;
    }
}
