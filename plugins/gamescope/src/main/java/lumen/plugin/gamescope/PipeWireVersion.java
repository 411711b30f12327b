package lumen.plugin.gamescope;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import lumen.posix.Program;

/** The installed PipeWire library, which gamescope shares with the daemon. */
record PipeWireVersion(int major, int minor, int patch) {
    private static final Duration LIMIT = Duration.ofMillis(100);
    private static final Pattern LINKED = Pattern.compile("Linked with libpipewire (\\d{1,4})\\.(\\d{1,4})\\.(\\d{1,4})");

    /** Asks the daemon's program, without starting a daemon. */
    static Optional<PipeWireVersion> installed(String search) {
        return Program.find("pipewire", search).flatMap(program -> program.ask(LIMIT, "--version")).flatMap(PipeWireVersion::parse);
    }

    static Optional<PipeWireVersion> parse(String answer) {
        Matcher matcher = LINKED.matcher(answer);
        return matcher.find() ? Optional.of(new PipeWireVersion(Integer.parseInt(matcher.group(1)),
                Integer.parseInt(matcher.group(2)), Integer.parseInt(matcher.group(3)))) : Optional.empty();
    }

    /** Since 1.6 a loop insists on being entered before it is iterated. */
    boolean strictLoops() {
        return major > 1 || major == 1 && minor >= 6;
    }

    @Override
    public String toString() {
        return major + "." + minor + "." + patch;
    }
}
