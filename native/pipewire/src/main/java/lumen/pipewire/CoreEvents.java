package lumen.pipewire;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Hears what the daemon answers ({@code struct pw_core_events}), and of its end, which fails all that wait for an answer.
 * Callbacks come on the loop's thread, under its lock.
 */
final class CoreEvents {
    // A version and function pointers.
    static final int EVENTS_SIZE = 88;
    static final int DONE = 16;
    static final int ERROR = 32;
    static final int EPIPE = 32;

    private final RegistryEvents registry;
    private final Map<Integer, CompletableFuture<Void>> syncs = new ConcurrentHashMap<>();
    private volatile Optional<String> failure = Optional.empty();

    /** @param registry has the listener that is told */
    CoreEvents(RegistryEvents registry) {
        this.registry = registry;
    }

    /** @param arena must outlive the loop's thread */
    MemorySegment table(Arena arena) {
        MethodHandles.Lookup lookup = MethodHandles.lookup();
        MemorySegment events = arena.allocate(EVENTS_SIZE, 8);
        events.set(ADDRESS, DONE, LibPipewire.callback(this, lookup, "done", arena, JAVA_LONG, JAVA_INT, JAVA_INT));
        events.set(ADDRESS, ERROR,
                LibPipewire.callback(this, lookup, "error", arena, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
        return events;
    }

    @SuppressWarnings("unused") // from native code
    private void done(long data, int id, int seq) {
        try {
            CompletableFuture<Void> sync = syncs.remove(seq);
            if (sync != null) {
                sync.complete(null);
            }
        } catch (Throwable t) {
            Callbacks.failed(t);
        }
    }

    @SuppressWarnings("unused") // from native code
    private void error(long data, int id, int seq, int result, long message) {
        try {
            if (id == ProxyMethods.CORE_ID && result == -EPIPE) {
                fail("the PipeWire daemon has gone");
            } else {
                registry.listener().refused(LibPipewire.string(message));
            }
        } catch (Throwable t) {
            Callbacks.failed(t);
        }
    }

    private void fail(String why) {
        if (failure.isEmpty()) {
            failure = Optional.of(why);
            syncs.values().forEach(s -> s.completeExceptionally(new PipewireException(why)));
            syncs.clear();
            registry.listener().lost(why);
        }
    }

    /** Why the connection is of no more use, if so. Any thread. */
    Optional<String> failure() {
        return failure;
    }

    /**
     * Has the daemon answer; the answer can't come before the lock is released. Under the lock.
     *
     * @return completed by the answer, or exceptionally by the daemon's end
     * @throws PipewireException if it has gone
     */
    CompletableFuture<Void> sync(long core) {
        failure.ifPresent(why -> {
            throw new PipewireException(why);
        });
        CompletableFuture<Void> sync = new CompletableFuture<>();
        syncs.put(ProxyMethods.sync(core), sync);
        return sync;
    }
}
