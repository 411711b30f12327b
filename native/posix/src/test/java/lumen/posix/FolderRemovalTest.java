package lumen.posix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Somebody else is at the folder just when it matters. */
class FolderRemovalTest {
    @TempDir
    Path temporary;

    private Path folder;

    @BeforeEach
    void fill() throws IOException {
        folder = temporary.resolve("folder");
        for (String inner : List.of("", "a", "a/b", "c")) {
            Path path = Files.createDirectories(folder.resolve(inner));
            for (int i = 0; i < 3; i++) {
                Files.createFile(path.resolve("file" + i));
            }
        }
    }

    /** Makes a file in each folder that has been listed and is about to be removed, so many times. */
    private static final class Writer extends FolderRemoval {
        private int left;

        Writer(int times) {
            left = times;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path folder, IOException failure) throws IOException {
            if (left > 0) {
                left--;
                Files.createFile(folder.resolve("late" + left));
            }
            return super.postVisitDirectory(folder, failure);
        }
    }

    @Test
    void whatAppearsAfterAFolderWasListedIsRemovedToo() throws IOException {
        new Writer(7).remove(folder);
        assertFalse(Files.exists(folder));
        assertEquals(List.of(), List.of(temporary.toFile().list()));
    }

    @Test
    void somebodyWhoNeverEndsIsGivenUp() throws IOException {
        Writer writer = new Writer(Integer.MAX_VALUE);
        DirectoryNotEmptyException e = assertThrows(DirectoryNotEmptyException.class, () -> writer.remove(folder));
        assertTrue(e.getMessage().startsWith(folder.toString()), e.getMessage());
        assertTrue(Files.exists(folder));
        new FolderRemoval().remove(folder);
        assertFalse(Files.exists(folder));
    }

    @Test
    void whatVanishesWhileTheFolderIsWalkedIsAsGoodAsRemoved() throws IOException {
        new FolderRemoval() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                // The listing has been read: what it names is looked at all the same.
                for (int i = 0; i < 3; i++) {
                    Files.deleteIfExists(file.resolveSibling("file" + i));
                }
                return super.visitFile(file, attributes);
            }
        }.remove(folder);
        assertFalse(Files.exists(folder));
    }

    @Test
    void aFolderThatVanishesWithAllInItIsAsGoodAsRemoved() throws IOException {
        new FolderRemoval() {
            @Override
            public FileVisitResult preVisitDirectory(Path inner, BasicFileAttributes attributes) throws IOException {
                if (inner.endsWith("b")) {
                    new FolderRemoval().remove(inner.getParent());
                }
                return super.preVisitDirectory(inner, attributes);
            }
        }.remove(folder);
        assertFalse(Files.exists(folder));
    }

    @Test
    void whatALinkLeadsToStays() throws IOException {
        Path kept = Files.createFile(Files.createDirectory(temporary.resolve("kept")).resolve("file"));
        Files.createSymbolicLink(folder.resolve("link"), kept.getParent());
        Files.createSymbolicLink(folder.resolve("nowhere"), temporary.resolve("none"));
        new FolderRemoval().remove(folder);
        assertFalse(Files.exists(folder));
        assertTrue(Files.exists(kept));
    }
}
