package lumen.plugin.ffmpeg;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import lumen.spi.HostContext;
import lumen.spi.Journal;
import lumen.spi.Notes;

/** Ends, in order or not, while a survey is going on; keeps its note in a file. */
final class SurveyInChild {
    private SurveyInChild() {
    }

    private record FileNotes(Path file) implements Notes, HostContext {
        @Override
        public Optional<String> get(String key) {
            return Optional.empty();
        }

        @Override
        public void put(String key, String text) {
            try {
                Files.writeString(file, text);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public Optional<String> variable(String name) {
            return Optional.empty();
        }

        @Override
        public Path runtimeDirectory() {
            throw new AssertionError();
        }

        @Override
        public Journal journal() {
            throw new AssertionError();
        }

        @Override
        public Notes notes() {
            return this;
        }
    }

    public static void main(String[] args) throws InterruptedException {
        var begun = new CountDownLatch(1);
        var never = new CountDownLatch(1);
        new Hardware(() -> {
            begun.countDown();
            try {
                never.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            return HardwareSurvey.NONE;
        }).start(new FileNotes(Path.of(args[1])), "driver 1");
        begun.await();
        if (args[0].equals("halt")) {
            Runtime.getRuntime().halt(0);
        }
        System.exit(0);
    }
}
