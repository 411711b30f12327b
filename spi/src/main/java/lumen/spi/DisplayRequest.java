package lumen.spi;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What a session needs of a virtual display.
 *
 * @param mode      the client's exact size and rate
 * @param session   short name of the session, for socket, output and log names
 * @param client    short stable name of the client, lower-case hexadecimal; the same at each of its visits, so that
 *                  scale and position of its output can be kept
 * @param placement how the output relates to the user's others
 * @param output    name of an existing output to show instead of a virtual one
 * @param app       what will run on the display, for compositors that must start it themselves
 */
public record DisplayRequest(DisplayMode mode, String session, String client, Placement placement, Optional<String> output,
                             Optional<App> app) {
    public DisplayRequest {
        Objects.requireNonNull(mode);
        Objects.requireNonNull(session);
        Objects.requireNonNull(client);
        Objects.requireNonNull(placement);
        Objects.requireNonNull(output);
        Objects.requireNonNull(app);
    }

    /** A display with nothing particular about it. */
    public static DisplayRequest of(DisplayMode mode, String session) {
        return new DisplayRequest(mode, session, session, Placement.EXTEND, Optional.empty(), Optional.empty());
    }

    /** How a virtual output relates to the outputs the user already has. Undone when the display closes. */
    public enum Placement {
        /** Beside them; nothing else changes. */
        EXTEND,
        /** Beside them, and the primary one. */
        PRIMARY,
        /** They are switched off meanwhile. */
        ONLY
    }

    /**
     * A program and what it needs in its environment besides the display's own.
     *
     * @param command     program and arguments
     * @param environment variables to add
     */
    public record App(List<String> command, Map<String, String> environment) {
        public App {
            command = List.copyOf(command);
            environment = Map.copyOf(environment);
        }
    }
}
