package lumen.pipewire;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import lumen.posix.Fd;

/**
 * A client of a PipeWire daemon with a thread loop of its own, which keeps the registry current. Methods may be called
 * on any thread and take the loop's lock themselves; listeners are called on the loop's thread, under that lock, and must
 * not block.
 */
public final class PipewireConnection implements AutoCloseable {
    /** {@code PW_TYPE_INTERFACE_Node} and its like. */
    public static final String NODE = "PipeWire:Interface:Node";
    public static final String PORT = "PipeWire:Interface:Port";
    public static final String LINK = "PipeWire:Interface:Link";
    public static final String CLIENT = "PipeWire:Interface:Client";
    public static final String METADATA = "PipeWire:Interface:Metadata";

    static final int SIZEOF_HOOK = 48;
    static final int VERSION_REGISTRY = 3;
    /** {@code PW_VERSION_METADATA} and its like: all are 3. */
    static final int VERSION_BOUND = 3;
    static final int CORE_ID = 0;
    static final int EPIPE = 32;

    // struct pw_core_events, struct pw_registry_events: a version and function pointers.
    static final int CORE_EVENTS_SIZE = 88;
    static final int CORE_DONE = 16;
    static final int CORE_ERROR = 32;
    static final int REGISTRY_EVENTS_SIZE = 24;
    static final int REGISTRY_GLOBAL = 8;
    static final int REGISTRY_GLOBAL_REMOVE = 16;

    // struct spa_interface and the method tables it leads to.
    static final int INTERFACE_FUNCTIONS = 16;
    static final int INTERFACE_DATA = 24;
    static final int ADD_LISTENER = 8;
    static final int CORE_SYNC = 24;
    static final int CORE_GET_REGISTRY = 48;
    static final int CORE_CREATE_OBJECT = 56;
    static final int REGISTRY_DESTROY = 24;
    static final int REGISTRY_BIND = 16;
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

    private final LibPipewire lib;
    /** Hooks, tables and stubs: freed after the loop's thread has ended. */
    private final Arena arena = Arena.ofShared();
    private final Map<Integer, Global> globals = new LinkedHashMap<>();
    private final Map<Integer, CompletableFuture<Void>> syncs = new ConcurrentHashMap<>();
    private final AtomicBoolean closed = new AtomicBoolean();
    private RegistryListener listener = RegistryListener.NONE;
    private volatile Optional<String> failure = Optional.empty();
    private long loop;
    private long context;
    private long core;
    private long registry;

    /**
     * An object of the daemon.
     *
     * @param type       such as {@link #NODE}
     * @param properties as announced; more of them may follow in the object's own info
     */
    public record Global(int id, String type, int version, Map<String, String> properties) {
        public Global {
            properties = Map.copyOf(properties);
        }

        /** {@code object.serial}, which is never used again, unlike the id; -1 if it has none. */
        public long serial() {
            try {
                return Long.parseLong(properties.getOrDefault("object.serial", "-1"));
            } catch (NumberFormatException e) {
                return -1;
            }
        }
    }

    /** Hears of the daemon's objects and of its end. On the loop's thread: nothing here may block. */
    public interface RegistryListener {
        RegistryListener NONE = new RegistryListener() { };

        default void added(Global global) {
        }

        default void removed(Global global) {
        }

        /** The daemon refused something that was asked on this connection. */
        default void refused(String why) {
        }

        /** The daemon has gone; this connection is of no more use. */
        default void lost(String why) {
        }
    }

    private PipewireConnection(LibPipewire lib) {
        this.lib = lib;
    }

    /**
     * Connects to the default daemon: {@code PIPEWIRE_REMOTE}, else {@code pipewire-0} in the runtime folder.
     *
     * @param name of the loop's thread, at most 15 characters
     * @throws PipewireException if the library or the daemon is missing, or it doesn't answer in time
     */
    public static PipewireConnection open(String name, Duration limit) {
        return open(name, -1, limit);
    }

    /**
     * Connects through a socket.
     *
     * @param fd taken over, also if this fails; -1: the default daemon
     */
    public static PipewireConnection open(String name, int fd, Duration limit) {
        Optional<Fd> socket = fd < 0 ? Optional.empty() : Optional.of(Fd.own(fd));
        PipewireConnection connection = null;
        try {
            connection = new PipewireConnection(LibPipewire.get());
            connection.start(name, socket);
            connection.roundTrip(limit);
            return connection;
        } catch (RuntimeException e) {
            socket.ifPresent(Fd::close);
            if (connection != null) {
                connection.close();
            }
            throw e;
        }
    }

    private void start(String name, Optional<Fd> socket) {
        try (Arena scratch = Arena.ofConfined()) {
            loop = (long) lib.loopNew.invokeExact(scratch.allocateFrom(name).address(), 0L);
            if (loop == 0) {
                throw new PipewireException("no thread loop can be made");
            }
            context = (long) lib.contextNew.invokeExact((long) lib.loopGet.invokeExact(loop), 0L, 0L);
            if (context == 0) {
                throw new PipewireException("no context can be made; is PipeWire's configuration installed (package pipewire-bin)?");
            }
            if ((int) lib.loopStart.invokeExact(loop) < 0) {
                throw new PipewireException("the thread loop can't be started");
            }
            lock();
            try {
                core = socket.isEmpty() ? (long) lib.contextConnect.invokeExact(context, 0L, 0L)
                        : (long) lib.contextConnectFd.invokeExact(context, socket.get().release(), 0L, 0L);
                if (core == 0) {
                    throw new PipewireException(socket.isEmpty() ? "no PipeWire daemon answers; is the service pipewire running?"
                            : "PipeWire does not answer on the socket it was given");
                }
                listen();
            } finally {
                unlock();
            }
        } catch (Throwable t) {
            throw LibPipewire.unexpected(t);
        }
    }

    private void listen() throws Throwable {
        MethodHandles.Lookup lookup = MethodHandles.lookup();
        MemorySegment coreEvents = arena.allocate(CORE_EVENTS_SIZE, 8);
        coreEvents.set(ADDRESS, CORE_DONE, LibPipewire.callback(this, lookup, "coreDone", arena, JAVA_LONG, JAVA_INT, JAVA_INT));
        coreEvents.set(ADDRESS, CORE_ERROR,
                LibPipewire.callback(this, lookup, "coreError", arena, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
        addListener(core, coreEvents);
        registry = (long) CALL_GET_REGISTRY.invokeExact(method(core, CORE_GET_REGISTRY), data(core), VERSION_REGISTRY, 0L);
        MemorySegment registryEvents = arena.allocate(REGISTRY_EVENTS_SIZE, 8);
        registryEvents.set(ADDRESS, REGISTRY_GLOBAL, LibPipewire.callback(this, lookup, "global", arena, JAVA_LONG, JAVA_INT, JAVA_INT,
                JAVA_LONG, JAVA_INT, JAVA_LONG));
        registryEvents.set(ADDRESS, REGISTRY_GLOBAL_REMOVE,
                LibPipewire.callback(this, lookup, "globalRemove", arena, JAVA_LONG, JAVA_INT));
        addListener(registry, registryEvents);
    }

    /** Adds a listener to an interface; the table must live as long as this connection. */
    void addListener(long object, MemorySegment events) throws Throwable {
        int ignored = (int) CALL_ADD_LISTENER.invokeExact(method(object, ADD_LISTENER), data(object),
                arena.allocate(SIZEOF_HOOK, 8).address(), events.address(), 0L);
    }

    private static MemorySegment method(long object, int offset) {
        long functions = LibPipewire.MEMORY.get(JAVA_LONG, object + INTERFACE_FUNCTIONS);
        return LibPipewire.MEMORY.get(ADDRESS, functions + offset);
    }

    private static long data(long object) {
        return LibPipewire.MEMORY.get(JAVA_LONG, object + INTERFACE_DATA);
    }

    LibPipewire lib() {
        return lib;
    }

    long core() {
        return core;
    }

    /** Memory that goes with this connection, after the loop's thread has ended. */
    Arena arena() {
        return arena;
    }

    /** Enters the loop: nothing of it runs until {@link #unlock}. Reentrant. */
    void lock() {
        try {
            lib.loopLock.invokeExact(loop);
        } catch (Throwable t) {
            throw LibPipewire.unexpected(t);
        }
    }

    void unlock() {
        try {
            lib.loopUnlock.invokeExact(loop);
        } catch (Throwable t) {
            throw LibPipewire.unexpected(t);
        }
    }

    @SuppressWarnings("unused") // from native code
    private void coreDone(long data, int id, int seq) {
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
    private void coreError(long data, int id, int seq, int result, long message) {
        try {
            if (id == CORE_ID && result == -EPIPE) {
                fail("the PipeWire daemon has gone");
            } else {
                listener.refused(LibPipewire.string(message));
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
            listener.lost(why);
        }
    }

    @SuppressWarnings("unused") // from native code
    private void global(long data, int id, int permissions, long type, int version, long properties) {
        try {
            Global global = new Global(id, LibPipewire.string(type), version, dictionary(properties));
            globals.put(id, global);
            listener.added(global);
        } catch (Throwable t) {
            Callbacks.failed(t);
        }
    }

    @SuppressWarnings("unused") // from native code
    private void globalRemove(long data, int id) {
        try {
            Global global = globals.remove(id);
            if (global != null) {
                listener.removed(global);
            }
        } catch (Throwable t) {
            Callbacks.failed(t);
        }
    }

    /** {@code struct spa_dict}: flags, count, items of key and value. */
    private static Map<String, String> dictionary(long address) {
        Map<String, String> values = new HashMap<>();
        if (address != 0) {
            int count = LibPipewire.MEMORY.get(JAVA_INT, address + 4);
            long items = LibPipewire.MEMORY.get(JAVA_LONG, address + 8);
            for (int i = 0; i < count; i++) {
                long value = LibPipewire.MEMORY.get(JAVA_LONG, items + 16L * i + 8);
                if (value != 0) {
                    values.put(LibPipewire.string(LibPipewire.MEMORY.get(JAVA_LONG, items + 16L * i)), LibPipewire.string(value));
                }
            }
        }
        return values;
    }

    /** Why this connection is of no more use, if so. */
    public Optional<String> failure() {
        return failure;
    }

    /** What the daemon has now. */
    public List<Global> globals() {
        lock();
        try {
            return List.copyOf(globals.values());
        } finally {
            unlock();
        }
    }

    /** Replaces the listener, after telling it of all there is. */
    public void listen(RegistryListener newListener) {
        lock();
        try {
            listener = newListener;
            globals.values().forEach(newListener::added);
            failure.ifPresent(newListener::lost);
        } finally {
            unlock();
        }
    }

    /**
     * Waits until the daemon has answered everything asked so far.
     *
     * @throws PipewireException if it has gone or doesn't answer in time
     */
    public void roundTrip(Duration limit) {
        CompletableFuture<Void> sync = new CompletableFuture<>();
        lock();
        try {
            failure.ifPresent(why -> {
                throw new PipewireException(why);
            });
            int seq = (int) CALL_SYNC.invokeExact(method(core, CORE_SYNC), data(core), CORE_ID, 0);
            // The answer can't come before the lock is released.
            syncs.put(seq, sync);
        } catch (Throwable t) {
            throw LibPipewire.unexpected(t);
        } finally {
            unlock();
        }
        try {
            sync.get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new PipewireException("PipeWire has not answered within " + limit.toMillis() + " ms", e);
        } catch (ExecutionException e) {
            throw new PipewireException(e.getCause().getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PipewireException("interrupted while waiting for PipeWire", e);
        }
    }

    /**
     * Asks the daemon to make an object by one of its factories; it goes with this connection unless it lingers.
     *
     * @param factory such as {@code adapter}
     * @param type    such as {@link #NODE}
     * @return closing it removes the object
     */
    public AutoCloseable createObject(String factory, String type, int version, Map<String, String> properties) {
        lock();
        try (Arena scratch = Arena.ofConfined()) {
            MemorySegment items = scratch.allocate(16L * Math.max(1, properties.size()), 8);
            int count = 0;
            for (Map.Entry<String, String> entry : properties.entrySet()) {
                items.set(ADDRESS, 16L * count, scratch.allocateFrom(entry.getKey()));
                items.set(ADDRESS, 16L * count + 8, scratch.allocateFrom(entry.getValue()));
                count++;
            }
            MemorySegment dictionary = scratch.allocate(16, 8);
            dictionary.set(JAVA_INT, 4, count);
            dictionary.set(ADDRESS, 8, items);
            long proxy = (long) CALL_CREATE_OBJECT.invokeExact(method(core, CORE_CREATE_OBJECT), data(core),
                    scratch.allocateFrom(factory).address(), scratch.allocateFrom(type).address(), version, dictionary.address(), 0L);
            if (proxy == 0) {
                throw new PipewireException("the daemon makes no object by " + factory);
            }
            AtomicBoolean destroyed = new AtomicBoolean();
            return () -> {
                if (destroyed.compareAndSet(false, true)) {
                    destroyProxy(proxy);
                }
            };
        } catch (Throwable t) {
            throw LibPipewire.unexpected(t);
        } finally {
            unlock();
        }
    }

    /** A proxy for an object of the daemon. Under the lock. */
    long bind(int id, MemorySegment type) throws Throwable {
        long proxy = (long) CALL_BIND.invokeExact(method(registry, REGISTRY_BIND), data(registry), id, type.address(), VERSION_BOUND, 0L);
        if (proxy == 0) {
            throw new PipewireException("the object " + id + " can't be bound");
        }
        return proxy;
    }

    void destroyProxy(long proxy) {
        if (closed.get()) {
            return;
        }
        lock();
        try {
            lib.proxyDestroy.invokeExact(proxy);
        } catch (Throwable t) {
            throw LibPipewire.unexpected(t);
        } finally {
            unlock();
        }
    }

    /** Asks the daemon to remove an object, whoever made it. */
    public void destroyObject(int id) {
        lock();
        try {
            int ignored = (int) CALL_DESTROY.invokeExact(method(registry, REGISTRY_DESTROY), data(registry), id);
        } catch (Throwable t) {
            throw LibPipewire.unexpected(t);
        } finally {
            unlock();
        }
    }

    /**
     * Sets a property in a metadata object.
     *
     * @param metadata a global of type {@link #METADATA}
     * @param subject  id of what the property is about; 0 for the daemon's own
     * @param type     such as {@code Spa:String:JSON}
     * @param value    {@code null} removes it
     */
    public void setMetadata(Global metadata, int subject, String key, String type, String value) {
        lock();
        try (Arena scratch = Arena.ofConfined()) {
            long proxy = bind(metadata.id(), scratch.allocateFrom(METADATA));
            int ignored = (int) CALL_SET_PROPERTY.invokeExact(method(proxy, METADATA_SET_PROPERTY), data(proxy), subject,
                    scratch.allocateFrom(key).address(), value == null ? 0L : scratch.allocateFrom(type).address(),
                    value == null ? 0L : scratch.allocateFrom(value).address());
            lib.proxyDestroy.invokeExact(proxy);
        } catch (Throwable t) {
            throw LibPipewire.unexpected(t);
        } finally {
            unlock();
        }
    }

    /** Disconnects, ends the loop's thread and frees everything. Streams must be closed before. Idempotent. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        try {
            if (core != 0) {
                lock();
                try {
                    lib.proxyDestroy.invokeExact(registry);
                    int ignored = (int) lib.coreDisconnect.invokeExact(core);
                } finally {
                    unlock();
                }
            }
            if (loop != 0) {
                lib.loopStop.invokeExact(loop);
            }
            if (context != 0) {
                lib.contextDestroy.invokeExact(context);
            }
            if (loop != 0) {
                lib.loopDestroy.invokeExact(loop);
            }
        } catch (Throwable t) {
            throw LibPipewire.unexpected(t);
        } finally {
            arena.close();
        }
    }
}
