package lumen.plugin.wlroots;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import lumen.spi.HostContext;
import lumen.spi.Journal;
import lumen.spi.Notes;

/** The host a scenario's backends live in: real folders and environment, a journal that can be looked at. */
final class ScenarioHost implements HostContext, Journal {
    final Map<Long, String> journalled = new ConcurrentHashMap<>();
    /** Changes that have not been undone, in the order in which they were made. */
    final List<Map<String, String>> changes = new CopyOnWriteArrayList<>();
    /** Besides the environment. */
    final Map<String, String> variables = new ConcurrentHashMap<>();
    private final Path folder;
    private final Map<String, String> noted = new ConcurrentHashMap<>();
    private final Notes notes = new Notes() {
        @Override
        public Optional<String> get(String key) {
            return Optional.ofNullable(noted.get(key));
        }

        @Override
        public void put(String key, String text) {
            noted.put(key, text);
        }
    };

    ScenarioHost(Path folder) {
        this.folder = folder;
    }

    @Override
    public Optional<String> variable(String name) {
        return Optional.ofNullable(variables.get(name)).or(() -> Optional.ofNullable(System.getenv(name)));
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
        return notes;
    }

    @Override
    public Entry change(String provider, String what, Map<String, String> details) {
        changes.add(details);
        return () -> changes.remove(details);
    }

    @Override
    public Entry process(String what, long pid, long startTicks) {
        journalled.put(pid, what);
        return () -> journalled.remove(pid);
    }
}
