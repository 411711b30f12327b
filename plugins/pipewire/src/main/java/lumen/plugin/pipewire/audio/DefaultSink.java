package lumen.plugin.pipewire.audio;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import lumen.pipewire.MetadataWatch;
import lumen.pipewire.PipewireConnection;
import lumen.pipewire.PipewireConnection.Global;
import lumen.pipewire.PipewireException;
import lumen.spi.Journal;

/**
 * The user's choice of the default sink, overridden as long as sessions want theirs to be it, and given back after the
 * last of them; unless somebody has chosen anew meanwhile. Of several sessions the first has it, as the programs that play
 * there would follow it to another's. Journalled, since the session manager remembers it. Thread-safe.
 */
final class DefaultSink {
    private static final Logger LOG = System.getLogger("lumen.pipewire");
    /** {@link lumen.spi.Provider#id}. */
    private static final String PROVIDER = "pipewire";
    private static final String KEY = "default.configured.audio.sink";
    private static final String TYPE = "Spa:String:JSON";
    private static final String PREVIOUS = "previous";
    private static final Pattern NAME = Pattern.compile("\"name\"\\s*:\\s*\"([^\"]*)\"");

    private final Journal journal;
    private final SequencedSet<String> claims = new LinkedHashSet<>();
    /** What the user had chosen; empty if nothing. */
    private Optional<String> previous = Optional.empty();
    private Optional<Journal.Entry> journalled = Optional.empty();

    DefaultSink(Journal journal) {
        this.journal = journal;
    }

    /** True for the object in which session manager and clients keep their defaults. */
    static boolean isMetadata(Global global) {
        return global.type().equals(PipewireConnection.METADATA) && "default".equals(global.properties().get("metadata.name"));
    }

    /**
     * Makes a sink the default one, now or after those that claimed it before; does nothing if it has been claimed already. Waits until the session manager offers the choice,
     * by being called again.
     */
    synchronized void claim(PipewireConnection connection, String sink) {
        Optional<Global> metadata = metadata(connection);
        if (metadata.isEmpty() || claims.contains(sink)) {
            return;
        }
        if (claims.isEmpty()) {
            previous = choice(connection, metadata.get()).filter(value -> !isOurs(value));
            Map<String, String> details = new LinkedHashMap<>();
            previous.ifPresent(value -> details.put(PREVIOUS, value));
            journalled = Optional.of(journal.change(PROVIDER, "default sink changed to " + sink, details));
        }
        claims.add(sink);
        if (claims.size() == 1) {
            set(connection, metadata.get(), Optional.of(choiceOf(sink)));
        }
    }

    /** Gives the choice back, to another session's sink or to the user. */
    synchronized void release(PipewireConnection connection, String sink) {
        if (!claims.remove(sink)) {
            return;
        }
        try {
            restore(connection, sink);
        } catch (PipewireException e) {
            LOG.log(Level.WARNING, "{0}: the default sink can not be given back: {1}", sink, e.getMessage());
            return;
        }
        if (claims.isEmpty()) {
            journalled.ifPresent(Journal.Entry::close);
            journalled = Optional.empty();
        }
    }

    private void restore(PipewireConnection connection, String sink) {
        Global metadata = metadata(connection).orElseThrow(() -> new PipewireException("there is no session manager"));
        if (choice(connection, metadata).filter(value -> sink.equals(name(value))).isPresent()) {
            set(connection, metadata, claims.isEmpty() ? previous : Optional.of(choiceOf(claims.getFirst())));
        }
    }

    /**
     * Gives back what a killed host has left.
     *
     * @param details as journalled
     * @throws PipewireException if it can't be
     */
    static void undo(Daemon daemon, Map<String, String> details) {
        try (PipewireConnection connection = daemon.connect("lumen-undo", Daemon.LIMIT)) {
            Global metadata = metadata(connection).orElseThrow(() -> new PipewireException("there is no session manager"));
            if (choice(connection, metadata).filter(DefaultSink::isOurs).isPresent()) {
                set(connection, metadata, Optional.ofNullable(details.get(PREVIOUS)));
            }
        }
    }

    private static Optional<Global> metadata(PipewireConnection connection) {
        return connection.globals().stream().filter(DefaultSink::isMetadata).findFirst();
    }

    /** What is chosen now, as JSON. */
    private static Optional<String> choice(PipewireConnection connection, Global metadata) {
        Map<String, String> values = new ConcurrentHashMap<>();
        MetadataWatch.Listener listener = (subject, key, value) -> {
            if (subject == 0) {
                value.ifPresentOrElse(v -> values.put(key, v), () -> values.remove(key));
            }
        };
        MetadataWatch watch = new MetadataWatch(connection, metadata, listener);
        try {
            connection.roundTrip(Daemon.LIMIT);
        } finally {
            watch.close();
        }
        return Optional.ofNullable(values.get(KEY));
    }

    private static void set(PipewireConnection connection, Global metadata, Optional<String> value) {
        connection.setMetadata(metadata, 0, KEY, TYPE, value.orElse(null));
        connection.roundTrip(Daemon.LIMIT);
    }

    private static String choiceOf(String sink) {
        return "{\"name\":\"" + sink + "\"}";
    }

    private static boolean isOurs(String json) {
        return name(json).startsWith(PipewireAudioProvider.PREFIX);
    }

    private static String name(String json) {
        Matcher matcher = NAME.matcher(json);
        return matcher.find() ? matcher.group(1) : "";
    }
}
