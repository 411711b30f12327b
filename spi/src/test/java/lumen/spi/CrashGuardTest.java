package lumen.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CrashGuardTest {
    private static final String KEY = "gpu/trial";

    @TempDir
    private Path folder;

    /** One file for each note. */
    private record FileNotes(Path folder) implements Notes {
        private Path file(String key) {
            return folder.resolve(key.replace('/', '-'));
        }

        @Override
        public Optional<String> get(String key) {
            try {
                return Files.exists(file(key)) ? Optional.of(Files.readString(file(key))) : Optional.empty();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void put(String key, String text) {
            try {
                if (text.isEmpty()) {
                    Files.deleteIfExists(file(key));
                } else {
                    Files.writeString(file(key), text);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private Notes notes() {
        return new FileNotes(folder);
    }

    /** A process that ends in the middle of an attempt. */
    static final class Attempt {
        private Attempt() {
        }

        public static void main(String[] arguments) {
            new CrashGuard(new FileNotes(Path.of(arguments[1])), KEY, arguments[2]).run(() -> {
                if (arguments[0].equals("crash")) {
                    Runtime.getRuntime().halt(0);
                }
                System.exit(0);
                return "never";
            });
        }
    }

    private void attempt(String end, String fingerprint) throws Exception {
        Path output = folder.resolve("output");
        Process child = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                System.getProperty("java.class.path"), Attempt.class.getName(), end, folder.toString(), fingerprint)
                .redirectErrorStream(true).redirectOutput(output.toFile()).start();
        try {
            assertTrue(child.waitFor(60, TimeUnit.SECONDS), "the child hangs");
        } finally {
            child.destroyForcibly();
        }
        assertEquals(0, child.exitValue());
        assertEquals("", Files.readString(output));
    }

    @Test
    void shouldBarWhatEndedTheProcessTwiceUntilTheFingerprintChanges() throws Exception {
        attempt("crash", "driver 1");
        assertFalse(new CrashGuard(notes(), KEY, "driver 1").barred(), "once can be chance");
        attempt("crash", "driver 1");
        CrashGuard guard = new CrashGuard(notes(), KEY, "driver 1");
        assertTrue(guard.barred());
        assertThrows(IllegalStateException.class, () -> guard.run(() -> {
            throw new AssertionError("tried once more");
        }));
        assertTrue(new CrashGuard(notes(), KEY, "driver 1").barred(), "refusing changes nothing");
        assertFalse(new CrashGuard(notes(), KEY, "driver 2").barred());
        assertFalse(new CrashGuard(notes(), "another/trial", "driver 1").barred());
    }

    @Test
    void shouldCountOnlyTwoInARowOnOneFingerprint() throws Exception {
        attempt("crash", "driver 1");
        assertEquals("fine", new CrashGuard(notes(), KEY, "driver 1").run(() -> "fine"));
        attempt("crash", "driver 1");
        assertFalse(new CrashGuard(notes(), KEY, "driver 1").barred());
        attempt("crash", "driver 2");
        assertFalse(new CrashGuard(notes(), KEY, "driver 2").barred());
    }

    /** The process may be told to stop at any time, also after an attempt that crashed. */
    @ParameterizedTest
    @CsvSource({"0, ", "1, begun driver 1"})
    void shouldTakeAnEndInOrderForNoCrash(int crashes, String note) throws Exception {
        for (int i = 0; i < crashes; i++) {
            attempt("crash", "driver 1");
        }
        attempt("exit", "driver 1");
        assertEquals(Optional.ofNullable(note), notes().get(KEY));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldNoteNothingOnceTheAttemptIsOver(boolean fails) {
        CrashGuard guard = new CrashGuard(notes(), KEY, "driver 1");
        if (fails) {
            assertThrows(UnsatisfiedLinkError.class, () -> guard.run(() -> {
                assertEquals(Optional.of("begun driver 1"), notes().get(KEY));
                throw new UnsatisfiedLinkError("rehearsed");
            }));
        } else {
            assertEquals(Optional.of("begun driver 1"), guard.run(() -> notes().get(KEY)));
        }
        assertEquals(Optional.empty(), notes().get(KEY));
    }
}
