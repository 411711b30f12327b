package lumen.plugin.kwin;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import lumen.spi.HostContext;
import lumen.spi.Journal;
import lumen.spi.Notes;

/** A host with variables that can be set, and a journal and notes that can be looked at. */
final class TestHost implements HostContext, Journal, Notes {
    final Map<String, String> variables = new HashMap<>(System.getenv());
    final List<Map<String, String>> changes = new CopyOnWriteArrayList<>();
    final Map<String, String> notes = new ConcurrentHashMap<>();
    private final Path folder;

    TestHost(Path folder) {
        this.folder = folder;
    }

    @Override
    public Optional<String> variable(String name) {
        return Optional.ofNullable(variables.get(name));
    }

    @Override
    public Path runtimeDirectory() {
        return folder;
    }

    @Override
    public Journal journal() {
        return this;
    }

    @Override
    public Notes notes() {
        return this;
    }

    @Override
    public Entry process(String what, long pid, long startTicks) {
        throw new AssertionError("no process is to be started");
    }

    @Override
    public Entry change(String provider, String what, Map<String, String> details) {
        changes.add(details);
        return () -> changes.remove(details);
    }

    @Override
    public Optional<String> get(String key) {
        return Optional.ofNullable(notes.get(key));
    }

    @Override
    public void put(String key, String text) {
        if (text.isEmpty()) {
            notes.remove(key);
        } else {
            notes.put(key, text);
        }
    }
}
