package lumen.host.state;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.lang.System.Logger;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import lumen.posix.ChildProcess;
import lumen.spi.Journal;

/**
 * One file a note in a folder: written and synced before the change counts, removed when it is undone.
 * What the next start finds there belonged to a killed host and is undone then.
 */
public final class FileJournal implements Journal {
    private static final Logger LOG = System.getLogger(FileJournal.class.getName());

    private static final String PROCESS = "process-";
    private static final Duration KILL_LIMIT = Duration.ofSeconds(5);
    private static final String CHANGE = "change-";

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
        return note(PROCESS, pid + " " + startTicks + " " + what + "\n");
    }

    @Override
    public Entry change(String provider, String what, Map<String, String> details) {
        try {
            return note(CHANGE, JSON.std.asString(Map.of("provider", provider, "what", what, "details", details)));
        } catch (IOException e) {
            throw new UncheckedIOException("the journal can't be written", e);
        }
    }

    private Entry note(String kind, String content) {
        Path file = folder.resolve(kind + ProcessHandle.current().pid() + "-" + next.incrementAndGet());
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            out.write(StandardCharsets.UTF_8.encode(content));
            out.force(true);
        } catch (IOException e) {
            throw new UncheckedIOException("the journal can't be written", e);
        }
        return () -> delete(file);
    }

    /** Undoes a change; whatever it throws is logged. */
    @FunctionalInterface
    public interface Undo {
        void undo(String provider, Map<String, String> details);
    }

    /**
     * Undoes the changes that a killed host left behind and drops their notes. Called once, after
     * {@link #undoLeftovers} and before anything new is noted.
     */
    public void undoChanges(Undo undo) {
        for (Path file : notes(CHANGE)) {
            try {
                Map<String, Object> note = JSON.std.mapFrom(Files.readString(file));
                Map<String, String> details = new HashMap<>();
                if (note.get("details") instanceof Map<?, ?> map) {
                    map.forEach((key, value) -> details.put(String.valueOf(key), String.valueOf(value)));
                }
                LOG.log(Level.INFO, "undoing what a killed host left behind: {0}", note.get("what"));
                undo.undo(String.valueOf(note.get("provider")), details);
            } catch (IOException | RuntimeException e) {
                LOG.log(Level.WARNING, "journal note {0} could not be undone: {1}", file.getFileName(), e.getMessage());
            }
            delete(file);
        }
    }

    private List<Path> notes(String kind) {
        try (DirectoryStream<Path> notes = Files.newDirectoryStream(folder, kind + "*")) {
            List<Path> files = new ArrayList<>();
            notes.forEach(files::add);
            return files;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Ends the processes that a killed host left behind and drops their notes. Called once, before
     * anything new is noted.
     *
     * @return how many processes were ended
     */
    public int undoLeftovers() {
        int ended = 0;
        for (Path note : notes(PROCESS)) {
            try {
                if (undo(note)) {
                    ended++;
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            delete(note);
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
        if (process.isEmpty()) {
            // It died with the host; what it had started may not have.
            if (!ChildProcess.killSession(pid, KILL_LIMIT)) {
                LOG.log(Level.WARNING, "what {0} had started does not end", fields[2]);
            }
            return false;
        }
        if (!ChildProcess.startTicks(pid).equals(OptionalLong.of(ticks))) {
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
