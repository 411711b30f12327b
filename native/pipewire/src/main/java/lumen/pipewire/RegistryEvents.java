package lumen.pipewire;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Keeps what the registry tells ({@code struct pw_registry_events}), and tells the connection's listener. Guarded by the loop's
 * lock, which callbacks hold.
 */
final class RegistryEvents {
    // A version and function pointers.
    static final int EVENTS_SIZE = 24;
    static final int GLOBAL = 8;
    static final int GLOBAL_REMOVE = 16;

    private final Map<Integer, PipewireConnection.Global> globals = new LinkedHashMap<>();
    private PipewireConnection.RegistryListener listener = PipewireConnection.RegistryListener.NONE;

    /** @param arena must outlive the loop's thread */
    MemorySegment table(Arena arena) {
        MethodHandles.Lookup lookup = MethodHandles.lookup();
        MemorySegment events = arena.allocate(EVENTS_SIZE, 8);
        events.set(ADDRESS, GLOBAL, LibPipewire.callback(this, lookup, "global", arena, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_LONG,
                JAVA_INT, JAVA_LONG));
        events.set(ADDRESS, GLOBAL_REMOVE, LibPipewire.callback(this, lookup, "globalRemove", arena, JAVA_LONG, JAVA_INT));
        return events;
    }

    @SuppressWarnings("unused") // from native code
    private void global(long data, int id, int permissions, long type, int version, long properties) {
        try {
            PipewireConnection.Global global =
                    new PipewireConnection.Global(id, LibPipewire.string(type), version, Dictionary.read(properties));
            globals.put(id, global);
            listener.added(global);
        } catch (Throwable t) {
            Callbacks.failed(t);
        }
    }

    @SuppressWarnings("unused") // from native code
    private void globalRemove(long data, int id) {
        try {
            PipewireConnection.Global global = globals.remove(id);
            if (global != null) {
                listener.removed(global);
            }
        } catch (Throwable t) {
            Callbacks.failed(t);
        }
    }

    /** What there is now, oldest first. */
    List<PipewireConnection.Global> globals() {
        return List.copyOf(globals.values());
    }

    /** Replaces the listener, after telling it of all there is. */
    void listen(PipewireConnection.RegistryListener newListener) {
        listener = newListener;
        globals.values().forEach(newListener::added);
    }

    PipewireConnection.RegistryListener listener() {
        return listener;
    }
}
