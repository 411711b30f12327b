package lumen.plugin.portal;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import lumen.spi.HostContext;
import lumen.spi.Journal;
import lumen.spi.Notes;

/** A host whose notes can be looked at and whose variables can be set. */
final class TestHost implements HostContext, Notes {
    final Map<String, String> noted = new ConcurrentHashMap<>();
    final Map<String, String> variables = new HashMap<>(System.getenv());

    @Override
    public Optional<String> variable(String name) {
        return Optional.ofNullable(variables.get(name));
    }

    @Override
    public Path runtimeDirectory() {
        throw new AssertionError("the portal needs no folder");
    }

    @Override
    public Journal journal() {
        throw new AssertionError("the portal's sessions go with the bus connection: nothing is to be undone");
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
}
