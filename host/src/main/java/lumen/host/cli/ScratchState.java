package lumen.host.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import lumen.host.plugin.RunningHost;
import lumen.host.state.FileJournal;

/** Journal and notes of a command that runs beside the host: its backends need some, and nobody needs them afterwards. */
final class ScratchState implements AutoCloseable {
    private final Path folder;

    private ScratchState(Path folder) {
        this.folder = folder;
    }

    static ScratchState create() throws IOException {
        return new ScratchState(Files.createTempDirectory("lumen-scratch"));
    }

    /** What backends get to know of this command. */
    RunningHost context(Bootstrap bootstrap) {
        return bootstrap.context(new FileJournal(folder.resolve("journal")), folder);
    }

    @Override
    public void close() throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(folder)) {
            files = all.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : files) {
            Files.deleteIfExists(file);
        }
    }
}
