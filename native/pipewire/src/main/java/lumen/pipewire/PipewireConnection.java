package lumen.pipewire;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
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

    private final LibPipewire lib;
    private final ThreadLoop loop;
    private final RegistryEvents registryEvents = new RegistryEvents();
    private final CoreEvents coreEvents = new CoreEvents(registryEvents);
    private final AtomicBoolean closed = new AtomicBoolean();
    /** Hooks, tables and stubs: freed after the loop's thread has ended. */
    private final Arena arena;
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

    private PipewireConnection(LibPipewire lib, String name) {
        this.lib = lib;
        loop = new ThreadLoop(lib, name);
        arena = Arena.ofShared();
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
            connection = new PipewireConnection(LibPipewire.get(), name);
            connection.connect(socket);
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

    private void connect(Optional<Fd> socket) {
        lock();
        try {
            core = loop.connect(socket);
            addListener(core, coreEvents.table(arena));
            registry = ProxyMethods.registry(core);
            addListener(registry, registryEvents.table(arena));
        } finally {
            unlock();
        }
    }

    /** Adds a listener to an object; the table must live as long as this connection. Under the lock. */
    void addListener(long proxy, MemorySegment events) {
        ProxyMethods.addListener(proxy, events, arena);
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
        loop.lock();
    }

    void unlock() {
        loop.unlock();
    }

    /** Why this connection is of no more use, if so. */
    public Optional<String> failure() {
        return coreEvents.failure();
    }

    /** What the daemon has now. */
    public List<Global> globals() {
        lock();
        try {
            return registryEvents.globals();
        } finally {
            unlock();
        }
    }

    /** Replaces the listener, after telling it of all there is. */
    public void listen(RegistryListener newListener) {
        lock();
        try {
            registryEvents.listen(newListener);
            coreEvents.failure().ifPresent(newListener::lost);
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
        CompletableFuture<Void> sync;
        lock();
        try {
            sync = coreEvents.sync(core);
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
        long proxy;
        lock();
        try {
            proxy = ProxyMethods.createObject(core, factory, type, version, properties);
        } finally {
            unlock();
        }
        AtomicBoolean destroyed = new AtomicBoolean();
        return () -> {
            if (destroyed.compareAndSet(false, true)) {
                destroyProxy(proxy);
            }
        };
    }

    /** A proxy for an object of the daemon. Under the lock. */
    long bind(int id, String type) {
        return ProxyMethods.bind(registry, id, type);
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
            ProxyMethods.destroy(registry, id);
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
        try {
            long proxy = bind(metadata.id(), METADATA);
            ProxyMethods.setProperty(proxy, subject, key, type, value);
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
                loop.disconnect(core, registry);
            }
            loop.close();
        } finally {
            arena.close();
        }
    }
}
