package lumen.plugin.pipewire.audio;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import lumen.pipewire.PipewireConnection;
import lumen.pipewire.PipewireException;
import lumen.pipewire.PipewireStream;
import lumen.pipewire.StreamBuffer;
import lumen.pipewire.StreamListener;
import lumen.pipewire.StreamState;
import lumen.pipewire.pod.Pod;
import lumen.pipewire.pod.PodBuilder;
import lumen.pipewire.pod.Spa;
import lumen.spi.AudioFormat;
import lumen.spi.AudioSource;

/**
 * Records the monitor of a session's own sink, or of whatever sink is the default one. Sinks, session manager and daemon may
 * go and come back; there is silence meanwhile.
 */
final class PipewireSource implements AudioSource {
    /** Sample frames that the graph shall bring at once; it rounds down to a power of two, 5.3 ms. */
    private static final String LATENCY = SampleRing.USUAL_CHUNK + "/" + AudioFormat.RATE;
    private static final PipewireConnection.RegistryListener NONE = PipewireConnection.RegistryListener.NONE;
    private static final long LINK_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long LAST_LINK_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final Daemon daemon;
    private final AudioFormat format;
    private final Optional<NullSink> sink;
    private final String name;
    private final AudioCounters counters = new AudioCounters();
    private final SampleRing ring;
    private final Caretaker caretaker;
    private final Runnable onSinkChange;
    // Of whoever tends.
    private PipewireConnection connection;
    private volatile Recording recording;
    private OptionalLong unlinkedSince = OptionalLong.empty();
    private long linkPatience = LINK_NANOS;

    /**
     * Begins to record, or to wait for a daemon to record from.
     *
     * @param sink outlives this; empty: the default one's monitor
     */
    PipewireSource(Daemon daemon, AudioFormat format, Optional<NullSink> sink) {
        this.daemon = daemon;
        this.format = format;
        this.sink = sink;
        name = sink.map(NullSink::name).orElse(PipewireAudioProvider.PREFIX + "monitor") + "-rec";
        ring = new SampleRing(format.channels(), counters);
        caretaker = new Caretaker(name, this::tend);
        onSinkChange = caretaker::poke;
        sink.ifPresent(s -> s.addListener(onSinkChange));
        caretaker.poke();
        caretaker.start();
    }

    private long tend() {
        if (recording != null && (recording.ended || recording.target != target() || connection.failure().isPresent())) {
            stop();
        }
        if (connection != null && connection.failure().isPresent()) {
            disconnect();
        }
        if (connection == null) {
            connection = daemon.connect("lumen-record", Daemon.LIMIT);
            counters.count(AudioEvent.CONNECTIONS);
            connection.listen(new Watch());
        }
        // Without the sink there is nothing to do; it tells when it is back.
        if (recording == null && (sink.isEmpty() || target() >= 0)) {
            recording = new Recording(connection, target());
            counters.count(AudioEvent.STREAMS);
        }
        return lookAfterLink();
    }

    /**
     * A sink of our own is linked within milliseconds. If it isn't, though there is a session manager, that was restarted and
     * can do nothing with nodes that it did not set up itself (WirePlumber 0.4).
     *
     * @return nanoseconds until it should have been linked; 0 if it is
     */
    private long lookAfterLink() {
        Recording now = recording;
        if (now == null || sink.isEmpty() || now.state == StreamState.STREAMING) {
            linkPatience = LINK_NANOS;
            unlinkedSince = OptionalLong.empty();
            return 0;
        }
        if (unlinkedSince.isEmpty()) {
            unlinkedSince = OptionalLong.of(System.nanoTime());
        }
        long rest = unlinkedSince.getAsLong() + linkPatience - System.nanoTime();
        if (rest > 0) {
            return rest;
        }
        if (connection.globals().stream().anyMatch(DefaultSink::isMetadata)) {
            sink.get().renew();
            linkPatience = Math.min(2 * linkPatience, LAST_LINK_NANOS);
        }
        unlinkedSince = OptionalLong.empty();
        return linkPatience;
    }

    /** What matters of the daemon's doings. */
    private final class Watch implements PipewireConnection.RegistryListener {
        private boolean managed;

        @Override
        public void added(PipewireConnection.Global global) {
            if (DefaultSink.isMetadata(global)) {
                Recording now = recording;
                if (managed && now != null) {
                    // Another session manager may do nothing with a stream that it has not seen appear.
                    now.ended = true;
                    caretaker.poke();
                }
                managed = true;
            }
        }

        @Override
        public void lost(String why) {
            caretaker.poke();
        }
    }

    /** Serial of the sink to record from; -1: the default one, or there is none now. */
    private long target() {
        return sink.map(NullSink::serial).orElse(OptionalLong.empty()).orElse(-1);
    }

    /** One stream from one sink. */
    private final class Recording implements StreamListener, AutoCloseable {
        final long target;
        private final PipewireStream stream;
        private final long frameBytes = (long) format.channels() * Float.BYTES;
        private volatile StreamState state = StreamState.CONNECTING;
        private volatile boolean ended;

        Recording(PipewireConnection connection, long target) {
            this.target = target;
            stream = new PipewireStream(connection, name, properties(target), this);
            try (Arena arena = Arena.ofConfined()) {
                stream.connect(PipewireStream.Direction.INPUT, PipewireStream.ANY, PipewireStream.AUTOCONNECT | PipewireStream.MAP_BUFFERS,
                        List.of(offer(arena)));
            } catch (PipewireException e) {
                stream.close();
                throw e;
            }
        }

        private Map<String, String> properties(long target) {
            Map<String, String> properties = new LinkedHashMap<>();
            properties.put("media.type", "Audio");
            properties.put("media.category", "Capture");
            properties.put("node.name", name);
            properties.put("stream.capture.sink", "true");
            properties.put("node.latency", LATENCY);
            // Volumes that a user once gave a recording of this name are of no interest.
            properties.put("state.restore-props", "false");
            properties.put("node.linger", "true");
            if (target >= 0) {
                properties.put("target.object", Long.toString(target));
                // The user's own sound is not to be heard in the session.
                properties.put("node.dont-fallback", "true");
                properties.put("node.dont-move", "true");
            }
            return properties;
        }

        private MemorySegment offer(Arena arena) {
            return new PodBuilder().beginObject(Spa.OBJECT_FORMAT, Spa.PARAM_ENUM_FORMAT)
                    .property(Spa.FORMAT_MEDIA_TYPE).id(Spa.MEDIA_TYPE_AUDIO)
                    .property(Spa.FORMAT_MEDIA_SUBTYPE).id(Spa.MEDIA_SUBTYPE_RAW)
                    .property(Spa.FORMAT_AUDIO_FORMAT).id(Spa.AUDIO_FORMAT_F32)
                    .property(Spa.FORMAT_AUDIO_RATE).integer(AudioFormat.RATE)
                    .property(Spa.FORMAT_AUDIO_CHANNELS).integer(format.channels())
                    .property(Spa.FORMAT_AUDIO_POSITION).arrayOfIds(Channels.ids(format))
                    .end().build(arena);
        }

        @Override
        public void state(StreamState now, String error) {
            state = now;
            ended |= now == StreamState.ERROR || now == StreamState.UNCONNECTED;
            if (now != StreamState.STREAMING) {
                caretaker.poke();
            }
        }

        @Override
        public void format(Pod agreed) {
            // It can only be what was offered.
        }

        @Override
        public void bufferAdded(long buffer) {
            // libpipewire has mapped it.
        }

        @Override
        public void bufferRemoved(long buffer) {
            // libpipewire unmaps it.
        }

        @Override
        public void process() {
            for (long buffer = stream.dequeue(); buffer != 0; buffer = stream.dequeue()) {
                take(buffer);
                stream.queue(buffer);
            }
        }

        private void take(long buffer) {
            long memory = StreamBuffer.pointer(buffer, 0);
            long room = StreamBuffer.maxSize(buffer, 0);
            long offset = Integer.toUnsignedLong(StreamBuffer.chunkOffset(buffer, 0));
            long size = Integer.toUnsignedLong(StreamBuffer.chunkSize(buffer, 0));
            counters.count(AudioEvent.BUFFERS);
            if (memory == 0 || offset > room || size > room - offset) {
                counters.count(AudioEvent.BAD_BUFFERS);
            } else if (size >= frameBytes) {
                ring.write(memory + offset, (int) (size / frameBytes));
            }
        }

        @Override
        public void close() {
            stream.close();
        }
    }

    @Override
    public int read(MemorySegment into, int frames) {
        return ring.read(into, frames);
    }

    @Override
    public void drain() {
        ring.drain();
    }

    @Override
    public String state() {
        Recording now = recording;
        return name + ": " + (now == null ? "waiting" : now.state.name().toLowerCase(java.util.Locale.ROOT));
    }

    @Override
    public Map<String, Long> counters() {
        return counters.report();
    }

    private void stop() {
        if (recording != null) {
            recording.close();
            recording = null;
        }
    }

    private void disconnect() {
        stop();
        if (connection != null) {
            connection.listen(NONE);
            connection.close();
            connection = null;
        }
    }

    /** Not while {@link #read} runs. */
    @Override
    public void close() {
        sink.ifPresent(s -> s.removeListener(onSinkChange));
        caretaker.close();
        disconnect();
        ring.close();
    }
}
