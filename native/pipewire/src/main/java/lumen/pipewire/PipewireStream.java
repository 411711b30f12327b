package lumen.pipewire;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import lumen.pipewire.pod.Pod;
import lumen.pipewire.pod.Spa;

/**
 * A {@code pw_stream}. Methods may be called on any thread, the listener's included; they take the loop's lock. Dequeuing
 * and queuing allocate nothing.
 */
public final class PipewireStream implements AutoCloseable {
    /** {@code enum pw_stream_flags}. */
    public static final int AUTOCONNECT = 1;
    public static final int INACTIVE = 1 << 1;
    public static final int MAP_BUFFERS = 1 << 2;
    public static final int DRIVER = 1 << 3;
    public static final int DONT_RECONNECT = 1 << 7;
    public static final int ALLOC_BUFFERS = 1 << 8;
    /** Any node. */
    public static final int ANY = -1;

    static final int VERSION = 2;
    // struct pw_stream_events.
    static final int EVENTS_SIZE = 96;
    static final int STATE_CHANGED = 16;
    static final int PARAM_CHANGED = 40;
    static final int ADD_BUFFER = 48;
    static final int REMOVE_BUFFER = 56;
    static final int PROCESS = 64;
    /** More than any parameter has. */
    private static final int MAX_POD = 1 << 20;

    /** {@code enum pw_direction}. */
    public enum Direction { INPUT, OUTPUT }

    private final PipewireConnection connection;
    private final StreamListener listener;
    private final Arena arena = Arena.ofShared();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final long stream;

    /**
     * Makes a stream, not connected to anything yet.
     *
     * @param properties such as {@code media.type}
     * @throws PipewireException if it can't be made
     */
    public PipewireStream(PipewireConnection connection, String name, Map<String, String> properties, StreamListener listener) {
        this.connection = connection;
        this.listener = listener;
        LibPipewire lib = connection.lib();
        connection.lock();
        try (Arena scratch = Arena.ofConfined()) {
            stream = (long) lib.streamNew.invokeExact(connection.core(), scratch.allocateFrom(name).address(), lib.properties(properties));
            if (stream == 0) {
                throw new PipewireException("the stream " + name + " can't be made");
            }
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            MemorySegment events = arena.allocate(EVENTS_SIZE, 8);
            events.set(JAVA_INT, 0, VERSION);
            events.set(ADDRESS, STATE_CHANGED,
                    LibPipewire.callback(this, lookup, "stateChanged", arena, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_LONG));
            events.set(ADDRESS, PARAM_CHANGED, LibPipewire.callback(this, lookup, "paramChanged", arena, JAVA_LONG, JAVA_INT, JAVA_LONG));
            events.set(ADDRESS, ADD_BUFFER, LibPipewire.callback(this, lookup, "addBuffer", arena, JAVA_LONG, JAVA_LONG));
            events.set(ADDRESS, REMOVE_BUFFER, LibPipewire.callback(this, lookup, "removeBuffer", arena, JAVA_LONG, JAVA_LONG));
            events.set(ADDRESS, PROCESS, LibPipewire.callback(this, lookup, "process", arena, JAVA_LONG));
            lib.streamAddListener.invokeExact(stream, arena.allocate(ProxyMethods.SIZEOF_HOOK, 8).address(), events.address(), 0L);
        } catch (Throwable t) {
            arena.close();
            throw LibPipewire.unexpected(t);
        } finally {
            connection.unlock();
        }
    }

    @SuppressWarnings("unused") // from native code
    private void stateChanged(long data, int old, int state, long error) {
        try {
            listener.state(StreamState.of(state), LibPipewire.string(error));
        } catch (Throwable t) {
            Callbacks.failed(t);
        }
    }

    @SuppressWarnings("unused") // from native code
    private void paramChanged(long data, int id, long pod) {
        try {
            if (id == Spa.PARAM_FORMAT) {
                if (pod == 0) {
                    listener.formatCleared();
                } else {
                    long size = 8 + Integer.toUnsignedLong(LibPipewire.MEMORY.get(JAVA_INT, pod));
                    listener.format(Pod.at(LibPipewire.MEMORY.asSlice(pod, Math.min(size, MAX_POD))));
                }
            }
        } catch (Throwable t) {
            Callbacks.failed(t);
        }
    }

    @SuppressWarnings("unused") // from native code
    private void addBuffer(long data, long buffer) {
        try {
            listener.bufferAdded(buffer);
        } catch (Throwable t) {
            Callbacks.failed(t);
        }
    }

    @SuppressWarnings("unused") // from native code
    private void removeBuffer(long data, long buffer) {
        try {
            listener.bufferRemoved(buffer);
        } catch (Throwable t) {
            Callbacks.failed(t);
        }
    }

    @SuppressWarnings("unused") // from native code
    private void process(long data) {
        try {
            listener.process();
        } catch (Throwable t) {
            Callbacks.failed(t);
        }
    }

    /**
     * Connects to a node.
     *
     * @param target node id, or {@link #ANY} with a {@code target.object} in the properties
     * @param flags  such as {@link #AUTOCONNECT}
     * @param params pods, such as the formats on offer, best first
     * @throws PipewireException with PipeWire's error number
     */
    public void connect(Direction direction, int target, int flags, List<MemorySegment> params) {
        connection.lock();
        try (Arena scratch = Arena.ofConfined()) {
            int result = (int) connection.lib().streamConnect.invokeExact(stream, direction.ordinal(), target, flags,
                    array(params, scratch), params.size());
            if (result < 0) {
                throw new PipewireException("the stream can't be connected (error " + -result + ")");
            }
        } catch (Throwable t) {
            throw LibPipewire.unexpected(t);
        } finally {
            connection.unlock();
        }
    }

    /** Replaces what is offered, or answers a format with buffers and metadata. */
    public void params(List<MemorySegment> params) {
        connection.lock();
        try (Arena scratch = Arena.ofConfined()) {
            int ignored = (int) connection.lib().streamUpdateParams.invokeExact(stream, array(params, scratch), params.size());
        } catch (Throwable t) {
            throw LibPipewire.unexpected(t);
        } finally {
            connection.unlock();
        }
    }

    private static long array(List<MemorySegment> params, Arena scratch) {
        MemorySegment pointers = scratch.allocate(ADDRESS, Math.max(1, params.size()));
        for (int i = 0; i < params.size(); i++) {
            pointers.setAtIndex(ADDRESS, i, params.get(i));
        }
        return pointers.address();
    }

    /** The next buffer, or 0. On the loop's thread, or under the lock. */
    public long dequeue() {
        try {
            return (long) connection.lib().streamDequeue.invokeExact(stream);
        } catch (Throwable t) {
            throw LibPipewire.unexpected(t);
        }
    }

    /** Gives a buffer back. On the loop's thread, or under the lock. */
    public void queue(long buffer) {
        try {
            int ignored = (int) connection.lib().streamQueue.invokeExact(stream, buffer);
        } catch (Throwable t) {
            throw LibPipewire.unexpected(t);
        }
    }

    /** Enters the loop, for {@link #dequeue} and {@link #queue} outside of the listener. Must be followed by {@link #leave}. */
    public void enter() {
        connection.lock();
    }

    public void leave() {
        connection.unlock();
    }

    /** Pauses or resumes; paused, the node on the other side need not run. */
    public void active(boolean on) {
        connection.lock();
        try {
            int ignored = (int) connection.lib().streamSetActive.invokeExact(stream, on);
        } catch (Throwable t) {
            throw LibPipewire.unexpected(t);
        } finally {
            connection.unlock();
        }
    }

    /** This stream's own node id; -1 before it has one. */
    public int nodeId() {
        connection.lock();
        try {
            return (int) connection.lib().streamNodeId.invokeExact(stream);
        } catch (Throwable t) {
            throw LibPipewire.unexpected(t);
        } finally {
            connection.unlock();
        }
    }

    /** Gives up the connection; {@link #connect} may follow. Buffers go, one by one. */
    public void disconnect() {
        connection.lock();
        try {
            int ignored = (int) connection.lib().streamDisconnect.invokeExact(stream);
        } catch (Throwable t) {
            throw LibPipewire.unexpected(t);
        } finally {
            connection.unlock();
        }
    }

    /** Destroys the stream; the listener hears of its buffers' end meanwhile. Idempotent. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        connection.lock();
        try {
            lib().streamDestroy.invokeExact(stream);
        } catch (Throwable t) {
            throw LibPipewire.unexpected(t);
        } finally {
            connection.unlock();
            arena.close();
        }
    }

    private LibPipewire lib() {
        return connection.lib();
    }
}
