package lumen.host.admin;

import java.util.List;

/**
 * The answer to a request.
 *
 * @param ok    whether it was done
 * @param lines what to show the user
 */
public record AdminReply(boolean ok, List<String> lines) {
    public AdminReply {
        lines = List.copyOf(lines);
    }

    public static AdminReply ok(String... lines) {
        return new AdminReply(true, List.of(lines));
    }

    public static AdminReply failed(String... lines) {
        return new AdminReply(false, List.of(lines));
    }
}
