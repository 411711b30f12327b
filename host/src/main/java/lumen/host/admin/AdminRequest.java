package lumen.host.admin;

import java.util.List;

/**
 * One request over the control socket.
 *
 * @param command   such as {@code pair}
 * @param arguments its words
 */
public record AdminRequest(String command, List<String> arguments) {
    public AdminRequest {
        arguments = List.copyOf(arguments);
    }
}
