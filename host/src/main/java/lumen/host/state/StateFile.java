package lumen.host.state;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;

/**
 * One small file that is either its old or its new content after a crash: written beside, synced, renamed,
 * folder synced. Readable by the owner alone.
 */
public final class StateFile {
    private static final long MAX_BYTES = 16 * 1024 * 1024;

    private final Path path;

    public StateFile(Path path) {
        this.path = path;
    }

    public Path path() {
        return path;
    }

    /**
     * Empty if there is no such file.
     *
     * @throws StateException if it can't be read
     */
    public Optional<byte[]> read() {
        try {
            if (!Files.exists(path)) {
                return Optional.empty();
            }
            if (Files.size(path) > MAX_BYTES) {
                throw new StateException(path + " is larger than " + MAX_BYTES + " bytes");
            }
            return Optional.of(Files.readAllBytes(path));
        } catch (IOException e) {
            throw new StateException(path + " can't be read: " + e.getMessage(), e);
        }
    }

    /** @throws StateException if it can't be written; the old content stays then */
    public void write(byte[] content) {
        try {
            Path folder = path.toAbsolutePath().getParent();
            Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            Path beside = folder.resolve(path.getFileName() + ".new");
            Files.deleteIfExists(beside);
            try (FileChannel out = FileChannel.open(beside, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
                ByteBuffer bytes = ByteBuffer.wrap(content);
                while (bytes.hasRemaining()) {
                    out.write(bytes);
                }
                out.force(true);
            }
            Files.move(beside, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
                directory.force(true);
            }
        } catch (IOException e) {
            throw new StateException(path + " can't be written: " + e.getMessage(), e);
        }
    }
}
