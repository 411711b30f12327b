package lumen.plugin.gamescope;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import lumen.posix.ChildProcess;
import lumen.posix.PrivateFolder;
import lumen.spi.BackendException;
import lumen.spi.Journal;

/**
 * What a gamescope would leave behind if the host were killed, in the journal.
 *
 * @param process the process itself, which the journal ends
 * @param files   its folder, and the X display's files that name it; removed by {@link #undo}
 */
record Traces(Journal.Entry process, Journal.Entry files) implements AutoCloseable {
    private static final Duration KILL_LIMIT = Duration.ofSeconds(5);
    private static final String FOLDER = "folder";
    private static final String PID = "pid";
    private static final String TICKS = "start-ticks";

    static Traces record(Journal journal, String session, long pid, long startTicks, Path folder) {
        String what = "gamescope of session " + session;
        return new Traces(journal.process(what, pid, startTicks), journal.change(GamescopeProvider.ID, "files of " + what,
                Map.of(FOLDER, folder.getFileName().toString(), PID, Long.toString(pid), TICKS, Long.toString(startTicks))));
    }

    /**
     * Removes the files, and ends the programs, that a killed host's gamescope left behind.
     *
     * @param runtime the host's runtime folder
     * @throws BackendException if the note is damaged or a program doesn't end; the folder stays then
     */
    static void undo(Map<String, String> details, Path runtime) {
        String name = details.getOrDefault(FOLDER, "");
        long pid;
        long ticks;
        try {
            pid = Long.parseLong(details.getOrDefault(PID, ""));
            ticks = Long.parseLong(details.getOrDefault(TICKS, ""));
        } catch (NumberFormatException e) {
            throw new BackendException("damaged note of a gamescope: " + details, e);
        }
        if (!name.matches(StartedGamescope.FOLDER_KIND + "-[A-Za-z0-9_-]+")) {
            throw new BackendException("damaged note of a gamescope: " + details);
        }
        OptionalLong now = ChildProcess.startTicks(pid);
        if (now.isEmpty() || now.getAsLong() == ticks) { // else somebody else has got its number
            XDisplayFiles.removeOf(pid);
        }
        Path folder = runtime.resolve(name);
        // What the program inside has started may be left.
        if (!ChildProcess.killWith("XDG_RUNTIME_DIR", folder.toString(), KILL_LIMIT)) {
            throw new BackendException("programs of a gamescope that has gone won't end; they run in " + folder);
        }
        PrivateFolder.remove(folder);
    }

    @Override
    public void close() {
        files.close();
        process.close();
    }
}
