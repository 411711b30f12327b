package lumen.plugin.gamescope;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import lumen.spi.HostContext;
import lumen.spi.Journal;
import lumen.spi.Notes;

/** A host with a journal that can be looked at and variables that can be set. */
final class TestHost implements HostContext, Journal {
    final Map<Long, String> journalled = new ConcurrentHashMap<>();
    /** What would have to be undone, and by whom. */
    final Map<Map<String, String>, String> changes = new ConcurrentHashMap<>();
    final Map<String, String> variables = new HashMap<>(System.getenv());
    private final Path folder;

    TestHost(Path folder) {
        this.folder = folder;
        variables.remove(GamescopeProvider.NODE);
        variables.remove(GamescopeProvider.ARGUMENTS);
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
        throw new AssertionError("nothing is to be noted");
    }

    @Override
    public Entry change(String provider, String what, Map<String, String> details) {
        changes.put(details, provider);
        return () -> changes.remove(details);
    }

    @Override
    public Entry process(String what, long pid, long startTicks) {
        journalled.put(pid, what);
        return () -> journalled.remove(pid);
    }
}
