package lumen.plugin.mutter;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import lumen.spi.HostContext;
import lumen.spi.Journal;
import lumen.spi.Notes;

/** A host whose notes and journal can be looked at. */
final class TestHost implements HostContext, Notes, Journal {
    final Map<String, String> noted = new ConcurrentHashMap<>();
    /** What would have to be undone. */
    final List<Map<String, String>> changes = new CopyOnWriteArrayList<>();

    @Override
    public Optional<String> variable(String name) {
        return Optional.ofNullable(System.getenv(name));
    }

    @Override
    public Path runtimeDirectory() {
        throw new AssertionError("Mutter needs no folder");
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
    public Optional<String> get(String key) {
        return Optional.ofNullable(noted.get(key));
    }

    @Override
    public void put(String key, String text) {
        if (text.isEmpty()) {
            noted.remove(key);
        } else {
            noted.put(key, text);
        }
    }

    @Override
    public Entry process(String what, long pid, long startTicks) {
        throw new AssertionError("Mutter is nobody's child");
    }

    @Override
    public Entry change(String provider, String what, Map<String, String> details) {
        changes.add(details);
        return () -> changes.remove(details);
    }
}
