package lumen.plugin.gamescope;

import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A release of gamescope. Which one has which fault was read off its history.
 *
 * @param minor second number
 * @param patch third number
 * @param extra fourth number, 0 if there is none
 */
record GamescopeVersion(int major, int minor, int patch, int extra) implements Comparable<GamescopeVersion> {
    /** The first with {@code --backend headless}. */
    static final GamescopeVersion HEADLESS = new GamescopeVersion(3, 14, 18, 0);
    /**
     * The first that enters its PipeWire loop before it iterates it (commit e3ed1ea7). Earlier ones never acknowledge
     * a format with PipeWire 1.6 and later: the link stays negotiating, without a word.
     */
    static final GamescopeVersion LOOP_ENTERED = new GamescopeVersion(3, 16, 22, 0);
    /** The first to which a missing {@code VK_EXT_physical_device_drm} is a warning only. */
    static final GamescopeVersion ANY_VULKAN = new GamescopeVersion(3, 16, 24, 0);
    /** The first whose frames have even sizes only (commit 4d143bfd). */
    static final GamescopeVersion EVEN_SIZES = new GamescopeVersion(3, 16, 25, 0);

    private static final Pattern ANSWER = Pattern.compile("gamescope version v?(\\d{1,4})\\.(\\d{1,4})(?:\\.(\\d{1,4}))?(?:\\.(\\d{1,4}))?");
    private static final Comparator<GamescopeVersion> ORDER = Comparator.comparingInt(GamescopeVersion::major)
            .thenComparingInt(GamescopeVersion::minor).thenComparingInt(GamescopeVersion::patch)
            .thenComparingInt(GamescopeVersion::extra);

    /** Reads the answer to {@code gamescope --version}, colours and compiler included. */
    static Optional<GamescopeVersion> parse(String answer) {
        Matcher matcher = ANSWER.matcher(GamescopeLog.plain(answer));
        return matcher.find()
                ? Optional.of(new GamescopeVersion(number(matcher, 1), number(matcher, 2), number(matcher, 3), number(matcher, 4)))
                : Optional.empty();
    }

    private static int number(Matcher matcher, int group) {
        return matcher.group(group) == null ? 0 : Integer.parseInt(matcher.group(group));
    }

    boolean before(GamescopeVersion other) {
        return compareTo(other) < 0;
    }

    @Override
    public int compareTo(GamescopeVersion other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return major + "." + minor + "." + patch + (extra == 0 ? "" : "." + extra);
    }
}
