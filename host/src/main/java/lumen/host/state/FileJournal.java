package lumen.host.state;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import lumen.posix.ChildProcess;
import lumen.spi.Journal;

/**
 * One file a note in a folder: written and synced before the change counts, removed when it is undone.
 * What the next start finds there belonged to a killed host and is undone then.
 */
public final class FileJournal implements Journal {
    private static final Logger LOG = System.getLogger(FileJournal.class.getName());

    private final Path folder;
    private final AtomicLong next = new AtomicLong();

    /** @param folder created if missing */
    public FileJournal(Path folder) {
        this.folder = folder;
        try {
            StateDirectory.createPrivate(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Entry process(String what, long pid, long startTicks) {
        Path file = folder.resolve("process-" + ProcessHandle.current().pid() + "-" + next.incrementAndGet());
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            out.write(java.nio.charset.StandardCharsets.UTF_8.encode(pid + " " + startTicks + " " + what + "\n"));
            out.force(true);
        } catch (IOException e) {
            throw new UncheckedIOException("the journal can't be written", e);
        }
        return () -> delete(file);
    }

    /**
     * Ends the processes that a killed host left behind and empties the journal. Called once, before
     * anything new is noted.
     *
     * @return how many processes were ended
     */
    public int undoLeftovers() {
        int ended = 0;
        try (DirectoryStream<Path> notes = Files.newDirectoryStream(folder)) {
            for (Path note : notes) {
                if (undo(note)) {
                    ended++;
                }
                delete(note);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return ended;
    }

    private static boolean undo(Path note) throws IOException {
        String[] fields = Files.readString(note).strip().split(" ", 3);
        if (fields.length < 3) {
            LOG.log(Level.WARNING, "journal note {0} is incomplete; dropped", note.getFileName());
            return false;
        }
        long pid;
        long ticks;
        try {
            pid = Long.parseLong(fields[0]);
            ticks = Long.parseLong(fields[1]);
        } catch (NumberFormatException e) {
            LOG.log(Level.WARNING, "journal note {0} is damaged; dropped", note.getFileName());
            return false;
        }
        Optional<ProcessHandle> process = ProcessHandle.of(pid);
        if (process.isEmpty() || !ChildProcess.startTicks(pid).equals(OptionalLong.of(ticks))) {
            return false;
        }
        LOG.log(Level.INFO, "ending {0} (pid {1}), left behind by a host that was killed", fields[2], Long.toString(pid));
        process.get().descendants().forEach(ProcessHandle::destroyForcibly);
        process.get().destroyForcibly();
        try {
            process.get().onExit().get(5, TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException e) {
            LOG.log(Level.WARNING, "{0} (pid {1}) does not end", fields[2], Long.toString(pid));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return true;
    }

    private static void delete(Path note) {
        try {
            Files.deleteIfExists(note);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
