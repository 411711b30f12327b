package lumen.posix;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.ThreadLocalRandom;

/** A folder of mode 0700 for the sockets of one child process; {@link #close()} removes it with all that is in it. */
public final class PrivateFolder implements AutoCloseable {
    private static final Logger LOG = System.getLogger(PrivateFolder.class.getName());
    /** Characters of a session's name that are kept: sockets allow 107 in all. */
    private static final int SESSION_LETTERS = 12;
    private static final int SUFFIXES = 36 * 36 * 36 * 36;

    private final Path path;

    private PrivateFolder(Path path) {
        this.path = path;
    }

    /**
     * Creates one below {@code parent}.
     *
     * @param kind          what it is for, such as {@code "sway"}; the name's first part
     * @param session       the name's second part, shortened
     * @param longestSocket name of the longest socket it will hold
     * @throws PosixException if it can't be had, or its sockets' names would be too long
     */
    public static PrivateFolder create(Path parent, String kind, String session, String longestSocket) {
        String name = session.replaceAll("[^A-Za-z0-9_-]", "_");
        String prefix = kind + "-" + name.substring(0, Math.min(SESSION_LETTERS, name.length())) + "-";
        int longest = parent.resolve(prefix + "zzzz").resolve(longestSocket).toString().getBytes(StandardCharsets.UTF_8).length;
        if (longest > UnixSocket.MAX_PATH) {
            throw new PosixException("the runtime folder's path is too long for sockets: " + parent, Errno.ENAMETOOLONG);
        }
        while (true) {
            String suffix = Integer.toString(ThreadLocalRandom.current().nextInt(SUFFIXES), 36);
            try {
                return new PrivateFolder(Files.createDirectory(parent.resolve(prefix + suffix),
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))));
            } catch (FileAlreadyExistsException e) {
                LOG.log(Level.DEBUG, "{0} is taken", e.getMessage());
            } catch (IOException e) {
                throw new PosixException("no folder for " + kind + " below " + parent + ": " + e, Errno.EACCES);
            }
        }
    }

    public Path path() {
        return path;
    }

    /** Removes it; what can't be removed is said in the log. Idempotent. */
    @Override
    public void close() {
        remove(path);
    }

    /** Removes one that was left behind, as {@link #close()} does; a link in its place stays. */
    public static void remove(Path folder) {
        try {
            new FolderRemoval().remove(folder);
        } catch (IOException e) {
            LOG.log(Level.WARNING, "{0} cannot be removed: {1}", folder, e.toString());
        }
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
