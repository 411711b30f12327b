package lumen.wayland;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/** What a compositor offers: its globals, kept current while the connection is dispatched. */
public final class Registry {
    /** More than any compositor has; a hostile one can't fill the memory. */
    private static final int MOST_GLOBALS = 4096;

    private final WaylandConnection connection;
    private final Proxy registry;
    private final Map<Integer, Global> globals = new LinkedHashMap<>();
    private Consumer<Global> added = global -> { };
    private IntConsumer removed = name -> { };

    /**
     * One thing on offer.
     *
     * @param name    its number, to bind it by
     * @param type    name of its interface
     * @param version the newest the compositor speaks
     */
    public record Global(int name, String type, int version) {
    }

    private Registry(WaylandConnection connection) {
        this.connection = connection;
        this.registry = connection.display().child(WaylandProtocol.REGISTRY, this::event);
    }

    /** Asks for the globals and waits until the first list is complete. */
    public static Registry of(WaylandConnection connection, Duration limit) {
        Registry registry = new Registry(connection);
        connection.display().request(WaylandProtocol.DISPLAY_GET_REGISTRY).newId(registry.registry).send();
        connection.roundTrip(limit);
        return registry;
    }

    private void event(Proxy self, int opcode, EventArguments arguments) {
        int name = arguments.u32();
        if (opcode == WaylandProtocol.REGISTRY_GLOBAL) {
            if (globals.size() >= MOST_GLOBALS) {
                throw new WaylandException("the compositor offers more than " + MOST_GLOBALS + " globals");
            }
            Global global = new Global(name, arguments.string(), arguments.u32());
            globals.put(name, global);
            added.accept(global);
        } else {
            globals.remove(name);
            removed.accept(name);
        }
    }

    /** Hears of globals that come after this call; on the dispatching thread. */
    public void onAdded(Consumer<Global> listener) {
        added = listener;
    }

    /** Hears of globals that go, by number; on the dispatching thread. */
    public void onRemoved(IntConsumer listener) {
        removed = listener;
    }

    /** What is on offer now, in the order it was announced. */
    public Iterable<Global> globals() {
        return java.util.List.copyOf(globals.values());
    }

    /** The first global of a type. */
    public Optional<Global> find(Interface type) {
        return globals.values().stream().filter(g -> g.type().equals(type.name())).findFirst();
    }

    /** Binds a global, in the newest version that both sides know. */
    public Proxy bind(Global global, Interface type, EventHandler handler) {
        int version = Math.min(global.version(), type.version());
        Proxy object = connection.newProxy(type, version, handler);
        registry.request(WaylandProtocol.REGISTRY_BIND).u32(global.name()).string(type.name()).u32(version).newId(object).send();
        return object;
    }

    /**
     * Binds the first global of a type.
     *
     * @throws WaylandException if there is none, or only an older one
     */
    public Proxy require(Interface type, int atLeast, EventHandler handler) {
        Global global = find(type).orElseThrow(() -> new WaylandException("the compositor does not offer " + type));
        if (global.version() < atLeast) {
            throw new WaylandException("the compositor offers " + type + " version " + global.version() + ", needed is "
                    + atLeast);
        }
        return bind(global, type, handler);
    }
}
