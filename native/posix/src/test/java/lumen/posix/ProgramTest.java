package lumen.posix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgramTest {
    private static final Duration LONG = Duration.ofSeconds(10);

    @TempDir
    Path folder;

    @Test
    void aProgramIsFoundAsAShellFindsIt() throws IOException {
        Path first = Files.createDirectory(folder.resolve("first"));
        Path second = Files.createDirectory(folder.resolve("second"));
        Files.writeString(first.resolve("tool"), "not executable");
        Path tool = script(second.resolve("tool"), "");
        assertEquals(Optional.of(new Program(tool)), Program.find("tool", first + ":/nonexistent:" + second));
        assertEquals(Optional.of(new Program(tool)), Program.find(tool.toString(), ""));
        assertEquals(Optional.empty(), Program.find("tool", first.toString()));
        assertEquals(Optional.empty(), Program.find(second.toString(), ""), "a folder is no program");
    }

    private static Path script(Path file, String body) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + body + "\n");
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @Test
    void itsAnswerIsReadWholeAndNotWaitedForTooLong() throws IOException {
        Program long1 = new Program(script(folder.resolve("long"), "head -c 300000 /dev/zero | tr '\\0' y; echo $1$EXTRA >&2"));
        assertEquals("y".repeat(300_000) + "ab", long1.ask(LONG, Map.of("EXTRA", "b"), "a").orElseThrow());
        Program slow = new Program(script(folder.resolve("slow"), "exec sleep 100"));
        long before = System.nanoTime();
        assertEquals(Optional.empty(), slow.ask(Duration.ofMillis(50)));
        assertTrue(System.nanoTime() - before < LONG.toNanos());
        assertEquals(Optional.empty(), new Program(folder.resolve("none")).ask(LONG));
    }

    @Test
    void aPrivateFolderIsPrivateAndGoesWithAllInIt() throws IOException {
        Path path;
        try (PrivateFolder made = PrivateFolder.create(folder, "kind", "a session/with a long name", "socket")) {
            path = made.path();
            assertTrue(path.getFileName().toString().matches("kind-a_session_wi-[0-9a-z]{1,4}"), path.toString());
            assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(path)));
            Files.writeString(Files.createDirectories(path.resolve("a/b")).resolve("c"), "x");
        }
        assertFalse(Files.exists(path));
    }

    @Test
    void aFolderThatIsALinkIsNotFollowed() throws IOException {
        Path target = Files.createDirectory(folder.resolve("target"));
        Path inside = Files.createFile(target.resolve("file"));
        PrivateFolder.remove(Files.createSymbolicLink(folder.resolve("link"), target));
        assertTrue(Files.exists(inside));
        PrivateFolder.remove(folder.resolve("none"));
    }

    @Test
    void socketsThatWouldNotFitAreRefused() {
        PosixException refusal = assertThrows(PosixException.class,
                () -> PrivateFolder.create(folder, "kind", "s", "x".repeat(UnixSocket.MAX_PATH)));
        assertEquals(Errno.ENAMETOOLONG, refusal.errno());
        assertEquals(List.of(), List.of(folder.toFile().list()));
    }
}
