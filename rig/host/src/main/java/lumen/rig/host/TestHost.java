package lumen.rig.host;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import lumen.spi.HostContext;
import lumen.spi.Journal;
import lumen.spi.Notes;

/**
 * A host with variables that can be set, and a journal and notes that can be looked at. What a backend has no business with
 * is refused with an {@link AssertionError}. Thread-safe.
 */
public final class TestHost implements HostContext, Journal, Notes {
    /** What a host does for a backend, variables aside. */
    public enum Service {
        FOLDER, NOTES, CHANGES, PROCESSES
    }

    /** The environment, and what a test makes of it. */
    public final Map<String, String> variables = new ConcurrentHashMap<>(System.getenv());
    /** Texts by key. */
    public final Map<String, String> noted = new ConcurrentHashMap<>();
    /** Details of the changes that have not been undone, in the order in which they were made. */
    public final List<Map<String, String>> changes = new CopyOnWriteArrayList<>();
    /** What each process is that has not ended, by its id. */
    public final Map<Long, String> journalled = new ConcurrentHashMap<>();
    private final Optional<Path> folder;
    private final Set<Service> refused = EnumSet.noneOf(Service.class);

    /** @param folder for sockets and the like; the caller's to remove */
    public TestHost(Path folder) {
        this.folder = Optional.of(folder);
    }

    /** For a backend that needs no folder. */
    public TestHost() {
        folder = Optional.empty();
        refused.add(Service.FOLDER);
    }

    /** For a backend that neither needs a folder nor makes changes; with these variables and no others. */
    public TestHost(Map<String, String> variables) {
        this();
        refusing(Service.CHANGES, Service.PROCESSES);
        this.variables.clear();
        this.variables.putAll(variables);
    }

    /** From now on a test fails in which a backend asks for one of these; before the backend sees it. */
    public TestHost refusing(Service... services) {
        refused.addAll(List.of(services));
        return this;
    }

    private void check(Service asked) {
        if (refused.contains(asked)) {
            throw new AssertionError("this backend has no business with the host's " + asked);
        }
    }

    @Override
    public Optional<String> variable(String name) {
        return Optional.ofNullable(variables.get(name));
    }

    @Override
    public Path runtimeDirectory() {
        check(Service.FOLDER);
        return folder.orElseThrow();
    }

    @Override
    public Journal journal() {
        return this;
    }

    @Override
    public Notes notes() {
        check(Service.NOTES);
        return this;
    }

    @Override
    public Entry process(String what, long pid, long startTicks) {
        check(Service.PROCESSES);
        journalled.put(pid, what);
        return () -> journalled.remove(pid);
    }

    @Override
    public Entry change(String provider, String what, Map<String, String> details) {
        check(Service.CHANGES);
        changes.add(details);
        return () -> changes.remove(details);
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
