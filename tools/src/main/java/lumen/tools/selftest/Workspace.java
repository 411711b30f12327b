package lumen.tools.selftest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Everything a run leaves on this machine while it goes on: a temporary folder and processes. Closing it
 * ends and removes all of that; also done when the program is interrupted, hence the lock.
 */
final class Workspace implements AutoCloseable {
    private final Path folder;
    private final List<Child> children = new ArrayList<>();
    private boolean closed;

    private Workspace(Path folder) {
        this.folder = folder;
    }

    /** A new folder below {@code java.io.tmpdir}; its path is short, since it holds sockets. */
    static Workspace create() {
        try {
            Path folder = Files.createTempDirectory("lumen-", PosixFilePermissions.asFileAttribute(
                    PosixFilePermissions.fromString("rwx------")));
            for (String part : List.of("state", "run", "keys")) {
                Files.createDirectory(folder.resolve(part));
            }
            return new Workspace(folder);
        } catch (IOException e) {
            throw new SelfTestException("no temporary folder: " + e.getMessage(), e);
        }
    }

    Path path(String part) {
        return folder.resolve(part);
    }

    /** Starts a process that ends with this workspace at the latest. */
    synchronized Child start(String name, List<String> command) {
        if (closed) {
            throw new SelfTestException("interrupted");
        }
        Child child = Child.start(name, command, folder);
        children.add(child);
        return child;
    }

    /** Idempotent. Any thread. */
    @Override
    public synchronized void close() {
        closed = true;
        children.reversed().forEach(Child::close);
        children.clear();
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new SelfTestException("temporary files are left in " + folder + ": " + e.getMessage(), e);
        }
    }
}
