package lumen.host.state;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import lumen.spi.Notes;

/** Notes in one file of the state folder. */
public final class FileNotes implements Notes {
    private static final String FILE = "notes.json";

    private final StateFile file;
    private final Map<String, String> notes;

    private FileNotes(StateFile file, Map<String, String> notes) {
        this.file = file;
        this.notes = notes;
    }

    /** @throws StateException if the file is there but damaged; an absent one is empty */
    public static FileNotes open(Path stateFolder) {
        StateFile file = new StateFile(stateFolder.resolve(FILE));
        Map<String, String> notes = new TreeMap<>();
        file.read().ifPresent(bytes -> {
            try {
                JSON.std.mapFrom(bytes).forEach((key, text) -> notes.put(key, String.valueOf(text)));
            } catch (IOException e) {
                throw new StateException(file.path() + " is damaged (" + e.getMessage() + "); delete it to begin anew", e);
            }
        });
        return new FileNotes(file, notes);
    }

    @Override
    public synchronized Optional<String> get(String key) {
        return Optional.ofNullable(notes.get(key));
    }

    @Override
    public synchronized void put(String key, String text) {
        Map<String, String> next = new TreeMap<>(notes);
        String before = text.isEmpty() ? next.remove(key) : next.put(key, text);
        if (text.equals(before) || text.isEmpty() && before == null) {
            return;
        }
        try {
            file.write(JSON.std.with(JSON.Feature.PRETTY_PRINT_OUTPUT).asBytes(next));
        } catch (IOException e) {
            throw new StateException(file.path() + " can't be written: " + e.getMessage(), e);
        }
        notes.clear();
        notes.putAll(next);
    }
}
