package lumen.pipewire;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Map;

/**
 * Calls the daemon's objects through the method tables of their proxies, as the inline functions in {@code pipewire/core.h} and
 * {@code pipewire/extensions/metadata.h} do. All of it under the loop's lock.
 */
final class ProxyMethods {
    static final int SIZEOF_HOOK = 48;
    static final int VERSION_REGISTRY = 3;
    /** {@code PW_VERSION_METADATA} and its like: all are 3. */
    static final int VERSION_BOUND = 3;
    static final int CORE_ID = 0;

    // struct spa_interface and the method tables it leads to.
    static final int INTERFACE_FUNCTIONS = 16;
    static final int INTERFACE_DATA = 24;
    static final int ADD_LISTENER = 8;
    static final int CORE_SYNC = 24;
    static final int CORE_GET_REGISTRY = 48;
    static final int CORE_CREATE_OBJECT = 56;
    static final int REGISTRY_BIND = 16;
    static final int REGISTRY_DESTROY = 24;
    static final int METADATA_SET_PROPERTY = 16;

    private static final MethodHandle CALL_ADD_LISTENER = LibPipewire.pointer(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle CALL_SYNC = LibPipewire.pointer(JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT);
    private static final MethodHandle CALL_GET_REGISTRY = LibPipewire.pointer(JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_LONG);
    private static final MethodHandle CALL_CREATE_OBJECT =
            LibPipewire.pointer(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle CALL_DESTROY = LibPipewire.pointer(JAVA_INT, JAVA_LONG, JAVA_INT);
    private static final MethodHandle CALL_BIND = LibPipewire.pointer(JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_LONG);
    private static final MethodHandle CALL_SET_PROPERTY =
            LibPipewire.pointer(JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG);

    private ProxyMethods() {
    }

    private static MemorySegment method(long proxy, int offset) {
        long functions = LibPipewire.MEMORY.get(JAVA_LONG, proxy + INTERFACE_FUNCTIONS);
        return LibPipewire.MEMORY.get(ADDRESS, functions + offset);
    }

    private static long data(long proxy) {
        return LibPipewire.MEMORY.get(JAVA_LONG, proxy + INTERFACE_DATA);
    }

    /**
     * Adds a listener to any object.
     *
     * @param events its table of functions; must live as long as the proxy
     * @param arena  for the hook; likewise
     */
    static void addListener(long proxy, MemorySegment events, Arena arena) {
        try {
            int ignored = (int) CALL_ADD_LISTENER.invokeExact(method(proxy, ADD_LISTENER), data(proxy),
                    arena.allocate(SIZEOF_HOOK, 8).address(), events.address(), 0L);
        } catch (Throwable t) {
            throw LibPipewire.unexpected(t);
        }
    }

    /** Asks for a {@code done} after all that was asked before; answers the number that it will come with. */
    static int sync(long core) {
        try {
            return (int) CALL_SYNC.invokeExact(method(core, CORE_SYNC), data(core), CORE_ID, 0);
        } catch (Throwable t) {
            throw LibPipewire.unexpected(t);
        }
    }

    /** A proxy of the registry. */
    static long registry(long core) {
        try {
            return (long) CALL_GET_REGISTRY.invokeExact(method(core, CORE_GET_REGISTRY), data(core), VERSION_REGISTRY, 0L);
        } catch (Throwable t) {
            throw LibPipewire.unexpected(t);
        }
    }

    /** A proxy of a new object, made by one of the daemon's factories. */
    static long createObject(long core, String factory, String type, int version, Map<String, String> properties) {
        try (Arena scratch = Arena.ofConfined()) {
            long proxy = (long) CALL_CREATE_OBJECT.invokeExact(method(core, CORE_CREATE_OBJECT), data(core),
                    scratch.allocateFrom(factory).address(), scratch.allocateFrom(type).address(), version,
                    Dictionary.write(properties, scratch).address(), 0L);
            if (proxy == 0) {
                throw new PipewireException("the daemon makes no object by " + factory);
            }
            return proxy;
        } catch (Throwable t) {
            throw LibPipewire.unexpected(t);
        }
    }

    /** A proxy of an object that is there. */
    static long bind(long registry, int id, String type) {
        try (Arena scratch = Arena.ofConfined()) {
            long proxy = (long) CALL_BIND.invokeExact(method(registry, REGISTRY_BIND), data(registry), id,
                    scratch.allocateFrom(type).address(), VERSION_BOUND, 0L);
            if (proxy == 0) {
                throw new PipewireException("the object " + id + " can't be bound");
            }
            return proxy;
        } catch (Throwable t) {
            throw LibPipewire.unexpected(t);
        }
    }

    /** Has the daemon remove an object, whoever made it. */
    static void destroy(long registry, int id) {
        try {
            int ignored = (int) CALL_DESTROY.invokeExact(method(registry, REGISTRY_DESTROY), data(registry), id);
        } catch (Throwable t) {
            throw LibPipewire.unexpected(t);
        }
    }

    /** Sets a property in a metadata object; a value of {@code null} removes it. */
    static void setProperty(long metadata, int subject, String key, String type, String value) {
        try (Arena scratch = Arena.ofConfined()) {
            int ignored = (int) CALL_SET_PROPERTY.invokeExact(method(metadata, METADATA_SET_PROPERTY), data(metadata), subject,
                    scratch.allocateFrom(key).address(), value == null ? 0L : scratch.allocateFrom(type).address(),
                    value == null ? 0L : scratch.allocateFrom(value).address());
        } catch (Throwable t) {
            throw LibPipewire.unexpected(t);
        }
    }
}
