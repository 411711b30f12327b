package lumen.host.config;

/** A setting is unknown or has a value that isn't allowed. The message is the one line a user needs. */
public final class ConfigException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ConfigException(String message) {
        super(message);
    }
}
