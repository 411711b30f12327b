package lumen.plugin.pipewire.audio;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import lumen.pipewire.PipewireConnection;
import lumen.pipewire.PipewireConnection.Global;
import lumen.pipewire.PipewireException;
import lumen.spi.AudioFormat;
import lumen.spi.SessionSink;

/**
 * A null sink that exists as long as its connection, and so not after a crash. Made again, with the same name, after
 * somebody else has removed it or the daemon was restarted.
 */
final class NullSink implements SessionSink {
    private static final String FACTORY = "adapter";
    private static final int VERSION_NODE = 3;
    /** Below all that have none. */
    private static final int FIRST_PRIORITY = -100;
    private static final AtomicInteger MADE = new AtomicInteger();

    private final Daemon daemon;
    private final String name;
    private final AudioFormat format;
    private final Optional<DefaultSink> defaultSink;
    private final Caretaker caretaker;
    /**
     * Where there is no other sink, one of ours is the default, and programs on it follow the default from then on, whatever
     * their environment says: so it must not be the next session's sink.
     */
    private final int priority = FIRST_PRIORITY - MADE.getAndIncrement();
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    // Of whoever tends.
    private PipewireConnection connection;
    private AutoCloseable object;
    private volatile Presence presence;

    /** One making of the sink, from the request on. Fields are the loop thread's until {@link #ready} is complete. */
    private final class Presence implements PipewireConnection.RegistryListener {
        /** Complete when the session manager has given the sink its ports: programs can be linked now. */
        final CompletableFuture<Void> ready = new CompletableFuture<>();
        private final Set<Integer> ports = new HashSet<>();
        private volatile Optional<Global> node = Optional.empty();
        private volatile boolean requested;
        private volatile boolean gone;

        @Override
        public void added(Global global) {
            if (requested && global.type().equals(PipewireConnection.NODE) && name.equals(global.properties().get("node.name"))) {
                node = Optional.of(global);
            } else if (global.type().equals(PipewireConnection.PORT) && node.isPresent()
                    && Integer.toString(node.get().id()).equals(global.properties().get("node.id"))) {
                ports.add(global.id());
                // Each channel has a port to play to and one to record from.
                if (ports.size() == 2 * format.channels()) {
                    ready.complete(null);
                }
            } else if (DefaultSink.isMetadata(global)) {
                caretaker.poke();
            }
        }

        @Override
        public void removed(Global global) {
            if (node.filter(n -> n.id() == global.id()).isPresent()) {
                end("somebody has removed the sink");
            }
        }

        @Override
        public void refused(String why) {
            ready.completeExceptionally(new PipewireException(why));
        }

        @Override
        public void lost(String why) {
            end(why);
        }

        private void end(String why) {
            gone = true;
            node = Optional.empty();
            ready.completeExceptionally(new PipewireException(why));
            caretaker.poke();
            listeners.forEach(Runnable::run);
        }
    }

    /**
     * Makes the sink.
     *
     * @param wanted      its name, if no other node is called so
     * @param defaultSink to make it the default one; empty: what plays elsewhere stays there
     * @throws PipewireException if it can't be made
     */
    NullSink(Daemon daemon, String wanted, AudioFormat format, Optional<DefaultSink> defaultSink) {
        this.daemon = daemon;
        this.format = format;
        this.defaultSink = defaultSink;
        connection = daemon.connect("lumen-sink", Daemon.LIMIT);
        name = free(wanted, connection);
        caretaker = new Caretaker(name, this::tend);
        try {
            tend();
            caretaker.start();
        } catch (RuntimeException e) {
            disconnect();
            throw e;
        }
    }

    /** A name that no node has: environment variables find the sink by its name alone. */
    private static String free(String wanted, PipewireConnection connection) {
        Set<String> taken = connection.globals().stream().map(g -> g.properties().getOrDefault("node.name", "")).collect(Collectors.toSet());
        String name = wanted;
        for (int i = 2; taken.contains(name); i++) {
            name = wanted + "-" + i;
        }
        return name;
    }

    private long tend() {
        if (presence != null && presence.gone) {
            remove();
        }
        if (connection != null && connection.failure().isPresent()) {
            disconnect();
        }
        if (connection == null) {
            connection = daemon.connect("lumen-sink", Daemon.LIMIT);
        }
        if (presence == null) {
            make();
        }
        defaultSink.ifPresent(d -> d.claim(connection, name));
        return 0;
    }

    private void make() {
        Presence made = new Presence();
        connection.listen(made);
        made.requested = true;
        object = connection.createObject(FACTORY, PipewireConnection.NODE, VERSION_NODE, properties());
        presence = made;
        try {
            made.ready.get(Daemon.LIMIT.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            made.gone = true;
            throw new PipewireException("no sink: " + e.getCause().getMessage(), e);
        } catch (TimeoutException e) {
            made.gone = true;
            throw new PipewireException(made.node.isPresent() ? "no session manager has set up the sink; is the service wireplumber running?"
                    : "PipeWire has made no sink within " + Daemon.LIMIT.toMillis() + " ms", e);
        } catch (InterruptedException e) {
            made.gone = true;
            Thread.currentThread().interrupt();
            throw new PipewireException("interrupted while PipeWire makes a sink", e);
        }
        listeners.forEach(Runnable::run);
    }

    private Map<String, String> properties() {
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put("factory.name", "support.null-audio-sink");
        properties.put("node.name", name);
        properties.put("node.description", "lumen, " + name);
        properties.put("media.class", "Audio/Sink");
        properties.put("audio.channels", Integer.toString(format.channels()));
        properties.put("audio.position", Channels.names(format));
        properties.put("audio.rate", Integer.toString(AudioFormat.RATE));
        // What is recorded follows the volume that programs and users set on the sink.
        properties.put("monitor.channel-volumes", "true");
        properties.put("monitor.passthrough", "true");
        properties.put("priority.session", Integer.toString(priority));
        properties.put("node.virtual", "true");
        properties.put("object.linger", "false");
        return properties;
    }

    /** {@code object.serial} of the sink; empty while there is none. Any thread. */
    OptionalLong serial() {
        Presence now = presence;
        return now == null ? OptionalLong.empty()
                : now.node.filter(n -> now.ready.isDone()).map(n -> OptionalLong.of(n.serial())).orElse(OptionalLong.empty());
    }

    /** Makes the sink anew, soon: the session manager has forgotten it. Any thread. */
    void renew() {
        Presence now = presence;
        if (now != null) {
            now.end("nothing is linked to it");
        }
    }

    /** Called on some thread when the sink has come or gone; must not block. */
    void addListener(Runnable listener) {
        listeners.add(listener);
    }

    void removeListener(Runnable listener) {
        listeners.remove(listener);
    }

    String name() {
        return name;
    }

    @Override
    public Map<String, String> environment() {
        return Map.of("PIPEWIRE_NODE", name, "PULSE_SINK", name);
    }

    @Override
    public AudioFormat format() {
        return format;
    }

    @Override
    public void close() {
        caretaker.close();
        if (connection != null) {
            defaultSink.ifPresent(d -> d.release(connection, name));
        }
        disconnect();
    }

    private void remove() {
        presence = null;
        if (connection != null) {
            connection.listen(PipewireConnection.RegistryListener.NONE);
        }
        if (object != null) {
            try {
                object.close();
            } catch (Exception e) {
                throw new PipewireException("the sink can't be removed", e);
            }
            object = null;
        }
    }

    private void disconnect() {
        remove();
        if (connection != null) {
            connection.close();
            connection = null;
        }
    }
}
