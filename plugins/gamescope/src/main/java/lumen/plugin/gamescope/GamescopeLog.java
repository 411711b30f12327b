package lumen.plugin.gamescope;

import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads what gamescope writes to its standard error. */
final class GamescopeLog {
    private static final Pattern COLOUR = Pattern.compile("\\x1b?\\[[0-9;]{0,8}m");
    /** Said before the program inside is started, which therefore can't have said it first. */
    private static final Pattern NODE = Pattern.compile("stream available on node ID: (\\d{1,10})\\b");
    private static final String ERROR = "[Error]";
    private static final String NO_PIPEWIRE = "failed to setup PipeWire";

    private GamescopeLog() {
    }

    /** Without the terminal's colours. */
    static String plain(String log) {
        return COLOUR.matcher(log).replaceAll("");
    }

    /** The PipeWire node, once gamescope has told it. */
    static OptionalInt node(String log) {
        Matcher matcher = NODE.matcher(plain(log));
        if (!matcher.find()) {
            return OptionalInt.empty();
        }
        long id = Long.parseLong(matcher.group(1));
        return id <= Integer.MAX_VALUE ? OptionalInt.of((int) id) : OptionalInt.empty();
    }

    /** It goes on without PipeWire, and then nobody can see it. */
    static boolean withoutPipeWire(String log) {
        return log.contains(NO_PIPEWIRE);
    }

    /** Its last error, or the last it said: an Xwayland that dies with it has the last word. */
    static String reason(String log) {
        List<String> lines = plain(log).lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
        if (lines.isEmpty()) {
            return "it said nothing";
        }
        return lines.stream().filter(line -> line.contains(ERROR)).reduce((first, second) -> second).orElse(lines.getLast());
    }
}
