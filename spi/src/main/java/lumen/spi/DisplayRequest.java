package lumen.spi;

import java.util.Objects;

/**
 * What a session needs of a virtual display.
 *
 * @param mode     the client's exact size and rate
 * @param session  short name of the session, for socket, output and log names
 */
public record DisplayRequest(DisplayMode mode, String session) {
    public DisplayRequest {
        Objects.requireNonNull(mode);
        Objects.requireNonNull(session);
    }
}
