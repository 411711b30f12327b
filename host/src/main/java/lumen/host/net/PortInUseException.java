package lumen.host.net;

/** A port is taken. The message says which, what for, and which setting moves it. */
public final class PortInUseException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * @param purpose what would listen there, such as {@code "HTTPS"}
     * @param setting the key that moves it
     */
    public PortInUseException(String protocol, int port, String purpose, String setting, Throwable cause) {
        super(protocol + " port " + port + " for " + purpose + " is in use; another program (perhaps another streaming host)"
                + " has it. " + setting + " moves this port, network.base-port all of them.", cause);
    }
}
