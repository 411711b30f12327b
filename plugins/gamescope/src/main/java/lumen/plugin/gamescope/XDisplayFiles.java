package lumen.plugin.gamescope;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The lock file and socket of an X display, which a gamescope that was killed leaves behind. */
final class XDisplayFiles {
    private static final Logger LOG = System.getLogger(XDisplayFiles.class.getName());
    private static final Pattern DISPLAY = Pattern.compile(":(\\d{1,4})(?:\\.\\d)?");
    private static final Path FOLDER = Path.of("/tmp");

    private XDisplayFiles() {
    }

    /**
     * Removes them if the lock is that process's.
     *
     * @param display such as {@code :1}
     * @param pid     a process that has ended
     */
    static void remove(String display, long pid) {
        remove(FOLDER, display, pid);
    }

    static void remove(Path folder, String display, long pid) {
        Matcher matcher = DISPLAY.matcher(display);
        if (!matcher.matches()) {
            return;
        }
        Path lock = folder.resolve(".X" + matcher.group(1) + "-lock");
        try {
            if (Files.isRegularFile(lock) && owner(lock).equals(Long.toString(pid))) {
                Files.deleteIfExists(folder.resolve(".X11-unix").resolve("X" + matcher.group(1)));
                Files.deleteIfExists(lock);
            }
        } catch (IOException e) {
            LOG.log(Level.WARNING, "the files of X display {0} cannot be removed: {1}", display, e.toString());
        }
    }

    /** wlroots pads the number with blanks before it and a NUL behind it. */
    private static String owner(Path lock) throws IOException {
        return Files.readString(lock, StandardCharsets.ISO_8859_1).replace('\0', ' ').strip();
    }
}
