package lumen.host.state;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import lumen.posix.CurrentProcess;

/** The folder with identity, paired clients and journal; locked while a host uses it. */
public final class StateDirectory implements AutoCloseable {
    private final Path path;
    private final FileChannel channel;
    private final FileLock lock;

    private StateDirectory(Path path, FileChannel channel, FileLock lock) {
        this.path = path;
        this.channel = channel;
        this.lock = lock;
    }

    /**
     * Creates (mode 0700) and locks the folder.
     *
     * @throws StateException if another host uses it, or it can't be written
     */
    public static StateDirectory open(Path path) {
        try {
            createPrivate(path);
            FileChannel channel = FileChannel.open(path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock;
            try {
                lock = channel.tryLock();
            } catch (OverlappingFileLockException e) {
                lock = null;
            }
            if (lock == null) {
                channel.close();
                throw new StateException("another lumen host uses the state folder " + path
                        + "; stop it, or give this one its own with state-directory");
            }
            return new StateDirectory(path, channel, lock);
        } catch (IOException e) {
            throw new StateException("the state folder " + path + " can't be used: " + e);
        }
    }

    /**
     * Creates a folder only its owner can look into.
     *
     * @throws IOException if it is there and belongs to somebody else, who could read and replace what is in it
     */
    public static void createPrivate(Path folder) throws IOException {
        Files.createDirectories(folder.toAbsolutePath().getParent());
        if (!Files.isDirectory(folder)) {
            Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } else if ((int) Files.getAttribute(folder, "unix:uid") != CurrentProcess.uid()) {
            throw new IOException(folder + " belongs to another user");
        }
    }

    public Path path() {
        return path;
    }

    @Override
    public void close() {
        try {
            lock.release();
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
