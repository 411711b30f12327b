package lumen.plugin.wlroots;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import lumen.spi.HostContext;
import lumen.spi.Journal;

/** The host a scenario's backends live in: real folders and environment, a journal that can be looked at. */
final class ScenarioHost implements HostContext, Journal {
    final Map<Long, String> journalled = new ConcurrentHashMap<>();
    private final Path folder;

    ScenarioHost(Path folder) {
        this.folder = folder;
    }

    @Override
    public Optional<String> variable(String name) {
        return Optional.ofNullable(System.getenv(name));
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
    public Entry process(String what, long pid, long startTicks) {
        journalled.put(pid, what);
        return () -> journalled.remove(pid);
    }
}
