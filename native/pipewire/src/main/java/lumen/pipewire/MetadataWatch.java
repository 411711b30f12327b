package lumen.pipewire;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Hears of the properties in a metadata object, those that are there first ({@code pipewire/extensions/metadata.h}). Must
 * be closed before its connection, which frees what is left of it.
 */
public final class MetadataWatch implements AutoCloseable {
    // struct pw_metadata_events: a version and a function pointer.
    static final int EVENTS_SIZE = 16;
    static final int PROPERTY = 8;

    private final PipewireConnection connection;
    private final Listener listener;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final long proxy;

    /** On the loop's thread: nothing here may block. */
    @FunctionalInterface
    public interface Listener {
        /**
         * A property is set.
         *
         * @param subject id of what it is about; 0 for the daemon's own
         * @param key     empty: everything about the subject was removed
         * @param value   empty: it was removed
         */
        void property(int subject, String key, Optional<String> value);
    }

    /**
     * Begins to watch; a {@linkplain PipewireConnection#roundTrip round trip} later everything there is has been told.
     *
     * @param metadata a global of type {@link PipewireConnection#METADATA}
     * @throws PipewireException if it has gone
     */
    public MetadataWatch(PipewireConnection connection, PipewireConnection.Global metadata, Listener listener) {
        this.connection = connection;
        this.listener = listener;
        connection.lock();
        try {
            proxy = connection.bind(metadata.id(), PipewireConnection.METADATA);
            MemorySegment events = connection.arena().allocate(EVENTS_SIZE, 8);
            events.set(ADDRESS, PROPERTY, LibPipewire.answeringCallback(this, MethodHandles.lookup(), "property", connection.arena(),
                    JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG));
            connection.addListener(proxy, events);
        } catch (Throwable t) {
            throw LibPipewire.unexpected(t);
        } finally {
            connection.unlock();
        }
    }

    @SuppressWarnings("unused") // from native code
    private int property(long data, int subject, long key, long type, long value) {
        try {
            listener.property(subject, LibPipewire.string(key),
                    value == 0 ? Optional.empty() : Optional.of(LibPipewire.string(value)));
        } catch (Throwable t) {
            Callbacks.failed(t);
        }
        return 0;
    }

    /** Ends the watching. Idempotent. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            connection.destroyProxy(proxy);
        }
    }
}
