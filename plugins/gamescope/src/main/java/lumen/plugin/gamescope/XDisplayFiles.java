package lumen.plugin.gamescope;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** The lock files and sockets of X displays, which a gamescope that was killed leaves behind. */
final class XDisplayFiles {
    private static final Logger LOG = System.getLogger(XDisplayFiles.class.getName());
    private static final Path FOLDER = Path.of("/tmp");
    private static final String LOCKS = ".X*-lock";

    private XDisplayFiles() {
    }

    /** Removes those whose lock is that of a process that has ended. */
    static void removeOf(long pid) {
        removeOf(FOLDER, pid);
    }

    static void removeOf(Path folder, long pid) {
        try (DirectoryStream<Path> locks = Files.newDirectoryStream(folder, LOCKS)) {
            for (Path lock : locks) {
                if (Files.isRegularFile(lock) && Files.isReadable(lock) && owner(lock).equals(Long.toString(pid))) {
                    String name = lock.getFileName().toString();
                    String display = name.substring(1, name.length() - "-lock".length());
                    Files.deleteIfExists(folder.resolve(".X11-unix").resolve(display));
                    Files.deleteIfExists(lock);
                }
            }
        } catch (IOException e) {
            LOG.log(Level.WARNING, "files of an X display cannot be removed: {0}", e.toString());
        }
    }

    /** wlroots pads the number with blanks before it and a NUL behind it. */
    private static String owner(Path lock) throws IOException {
        return Files.readString(lock, StandardCharsets.ISO_8859_1).replace('\0', ' ').strip();
    }
}
