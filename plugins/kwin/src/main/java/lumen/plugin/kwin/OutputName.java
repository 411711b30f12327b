package lumen.plugin.kwin;

import java.util.Set;

/** Names of virtual outputs. KWin keeps scale and position by them, so a client's is always the same. */
final class OutputName {
    private static final String OURS = "lumen-";
    /** KWin puts it in front. */
    private static final String VIRTUAL = "Virtual-";
    private static final int MAX_CLIENT = 32;

    private OutputName() {
    }

    /** What to ask KWin for; a second output of the same client, while the first lasts, gets a number. */
    static String of(String client, Set<String> taken) {
        String clean = client.replaceAll("[^A-Za-z0-9_-]", "_");
        String name = OURS + clean.substring(0, Math.min(MAX_CLIENT, clean.length()));
        String free = name;
        for (int n = 2; taken.contains(free) || taken.contains(VIRTUAL + free); n++) {
            free = name + "-" + n;
        }
        return free;
    }

    /** True if {@code real} is what KWin has made of the name asked for. */
    static boolean matches(String real, String asked) {
        return real.equals(asked) || real.equals(VIRTUAL + asked);
    }

    /** True of every output that some session of lumen has made. */
    static boolean ours(String real) {
        return real.startsWith(OURS) || real.startsWith(VIRTUAL + OURS);
    }
}
