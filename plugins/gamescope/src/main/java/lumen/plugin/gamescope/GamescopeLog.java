package lumen.plugin.gamescope;

import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Follows what a gamescope writes to its standard error. Lines are told on one thread, and asked about on any. */
final class GamescopeLog {
    private static final Pattern COLOUR = Pattern.compile("\\x1b?\\[[0-9;]{0,8}m");
    private static final Pattern NODE = Pattern.compile("stream available on node ID: (\\d{1,10})\\b");
    private static final String ERROR = "[Error]";
    private static final String NO_PIPEWIRE = "failed to setup PipeWire";
    /** The last that its PipeWire thread says, whatever ended it. */
    private static final Pattern CAPTURE_ENDED = Pattern.compile("\\[gamescope] \\[Info] +pipewire: exiting");

    private volatile OptionalInt node = OptionalInt.empty();
    private volatile boolean withoutPipeWire;
    private volatile boolean captureEnded;

    void line(String coloured) {
        String line = plain(coloured);
        // Said before the program inside is started, which therefore can't have said it first.
        if (node.isEmpty()) {
            node = node(line);
        }
        withoutPipeWire |= node.isEmpty() && line.contains(NO_PIPEWIRE);
        captureEnded |= CAPTURE_ENDED.matcher(line).lookingAt();
    }

    /** The PipeWire node, once gamescope has told it. */
    OptionalInt node() {
        return node;
    }

    /** It goes on without PipeWire, and then nobody can see it. */
    boolean withoutPipeWire() {
        return withoutPipeWire;
    }

    /** It has lost PipeWire, and never looks for it again. */
    boolean captureEnded() {
        return captureEnded;
    }

    private static OptionalInt node(String line) {
        Matcher matcher = NODE.matcher(line);
        if (!matcher.find()) {
            return OptionalInt.empty();
        }
        long id = Long.parseLong(matcher.group(1));
        return id <= Integer.MAX_VALUE ? OptionalInt.of((int) id) : OptionalInt.empty();
    }

    /** Without the terminal's colours. */
    static String plain(String log) {
        return COLOUR.matcher(log).replaceAll("");
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
