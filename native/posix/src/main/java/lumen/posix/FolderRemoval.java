package lumen.posix;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * Removes a folder with all that is in it, while programs that are just ending may still remove files from it or make new ones
 * there: what vanishes is as good as removed, and for what appears the folder is gone through again, a few times. Follows no
 * links.
 */
class FolderRemoval extends SimpleFileVisitor<Path> {
    /** Each time something appeared: more often, and it is no program's last file. */
    static final int MOST_PASSES = 20;

    /** @throws IOException naming what can't be removed */
    final void remove(Path folder) throws IOException {
        DirectoryNotEmptyException appeared = null;
        for (int pass = 0; pass < MOST_PASSES && Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS); pass++) {
            try {
                Files.walkFileTree(folder, this);
                appeared = null;
            } catch (DirectoryNotEmptyException e) {
                appeared = e;
            }
        }
        if (appeared != null) {
            throw appeared;
        }
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
        Files.deleteIfExists(file);
        return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
        if (failure instanceof NoSuchFileException) {
            return FileVisitResult.CONTINUE;
        }
        throw failure;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path folder, IOException failure) throws IOException {
        if (failure != null && !(failure instanceof NoSuchFileException)) {
            throw failure;
        }
        Files.deleteIfExists(folder);
        return FileVisitResult.CONTINUE;
    }
}
