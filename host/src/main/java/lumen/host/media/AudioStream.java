package lumen.host.media;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import java.lang.System.Logger.Level;
import java.lang.System.Logger;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import lumen.core.audio.AudioPacketLayout;
import lumen.core.audio.AudioPacketizer;
import lumen.core.metrics.EventCounters;
import lumen.posix.ThreadEnd;
import lumen.posix.UdpCounters;
import lumen.posix.UdpEndpoint;
import lumen.posix.UdpSender;
import lumen.spi.AudioSource;

/**
 * One session's sound, from its source to the socket, on the thread {@code lumen-<session>-audio}: a
 * packet every 5 or 10 ms by the monotonic clock, silence where the source has nothing. Steady state
 * allocates nothing but what the JDK's cipher does.
 */
public final class AudioStream implements AutoCloseable {

    /** What happened to packets. */
    public enum Event {
        /** Opus packets sent. */
        PACKETS,
        /** Packets in which the source had too few samples; silence was put in. */
        UNDERRUNS,
        /** Times the thread was so late that slots were left out. */
        SLOTS_SKIPPED,
        /** The source failed; silence from then on. */
        SOURCE_FAILED
    }

    private static final Logger LOG = System.getLogger("lumen.media");
    /** Later than this the past isn't made up for: a burst would only overflow the client's queue. */
    private static final long MAX_LATE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long PING_POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final AudioStreamSettings settings;
    private final AudioSource source;
    private final MediaRoute route;
    private final UdpSender udp;
    private final AudioPacketizer packetizer;
    private final OpusEncoder opus;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment pcm;
    private final MemorySegment silence;
    private final MemorySegment packet = arena.allocate(AudioPacketLayout.MAX_DATAGRAM);
    private final EventCounters<Event> counters = new EventCounters<>(Event.class);
    private final Thread thread;
    private boolean sourceFailed;
    private volatile boolean closing;

    /**
     * Nothing is sent before {@link #start()}.
     *
     * @param source read by the audio thread only; the session closes it after this stream
     * @param socket where datagrams leave; outlives this stream
     * @param route  where they go; the session removes it after {@link #close()}
     * @throws IllegalStateException if libopus refuses the settings
     */
    public AudioStream(AudioStreamSettings settings, AudioSource source, MediaSocket socket, MediaRoute route) {
        this.settings = settings;
        this.source = source;
        this.route = route;
        opus = new OpusEncoder(settings.opus(), settings.packets().packetMillis(), settings.packets().largestOpusPacket());
        packetizer = new AudioPacketizer(settings.packets());
        udp = socket.sender();
        pcm = arena.allocate((long) opus.samples() * settings.opus().channels() * Float.BYTES, 16);
        silence = arena.allocate(pcm.byteSize(), 16);
        thread = Thread.ofPlatform().name("lumen-" + settings.session() + "-audio").daemon(true).unstarted(this::run);
    }

    /** Starts sending as soon as the client has pinged. Once. */
    public void start() {
        thread.start();
    }

    public EventCounters<Event> counters() {
        return counters;
    }

    /** What the kernel said to the datagrams. */
    public UdpCounters udpCounters() {
        return udp.counters();
    }

    private void run() {
        try {
            while (!closing && !route.awaitDestination(PING_POLL_NANOS)) {
                // Without video's ping the session ends by itself; audio has nothing to add.
                continue;
            }
            source.drain();
            long slot = TimeUnit.MILLISECONDS.toNanos(settings.packets().packetMillis());
            long due = System.nanoTime();
            while (!closing) {
                due += slot;
                for (long rest = due - System.nanoTime(); rest > 0 && !closing; rest = due - System.nanoTime()) {
                    LockSupport.parkNanos(this, rest);
                }
                if (System.nanoTime() - due > MAX_LATE_NANOS) {
                    counters.count(Event.SLOTS_SKIPPED);
                    due = System.nanoTime();
                }
                sendSlot();
            }
        } catch (RuntimeException | LinkageError e) {
            LOG.log(Level.ERROR, "session " + settings.session() + ": audio ended", e);
        }
    }

    /** Sends one packet; the audio thread, or a caller before {@link #start()}. The destination must be known. */
    void sendSlot() {
        int frames = read();
        int channels = settings.opus().channels();
        long filled = (long) frames * channels;
        if (frames < opus.samples()) {
            counters.count(Event.UNDERRUNS);
            MemorySegment.copy(silence, 0, pcm, filled * Float.BYTES, pcm.byteSize() - filled * Float.BYTES);
        }
        float gain = settings.gain();
        if (gain != 1) {
            for (long i = 0; i < filled; i++) {
                pcm.setAtIndex(JAVA_FLOAT, i, Math.clamp(pcm.getAtIndex(JAVA_FLOAT, i) * gain, -1f, 1f));
            }
        }
        int n = packetizer.packetize(packet, opus.encode(pcm, packet));
        UdpEndpoint destination = route.destination();
        udp.route(destination, route.source());
        for (int i = 0; i < n; i++) {
            udp.send(packetizer.memory(), packetizer.offset(i), packetizer.length(i), 1);
        }
        counters.count(Event.PACKETS);
    }

    private int read() {
        if (sourceFailed) {
            return 0;
        }
        try {
            return Math.clamp(source.read(pcm, opus.samples()), 0, opus.samples());
        } catch (RuntimeException | LinkageError e) {
            sourceFailed = true;
            counters.count(Event.SOURCE_FAILED);
            LOG.log(Level.WARNING, "session " + settings.session() + ": the sound source failed: " + e.getMessage()
                    + "; going on with silence");
            return 0;
        }
    }

    /** Ends the thread, waits for it, and frees what it used. */
    @Override
    public void close() {
        closing = true;
        LockSupport.unpark(thread);
        ThreadEnd.await(thread);
        if (arena.scope().isAlive()) {
            udp.close();
            opus.close();
            packetizer.close();
            arena.close();
        }
    }
}
