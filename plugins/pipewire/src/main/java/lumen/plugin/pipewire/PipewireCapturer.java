package lumen.plugin.pipewire;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import lumen.pipewire.PipewireConnection;
import lumen.pipewire.PipewireStream;
import lumen.pipewire.StreamBuffer;
import lumen.pipewire.StreamListener;
import lumen.pipewire.StreamState;
import lumen.pipewire.pod.Pod;
import lumen.pipewire.pod.PodBuilder;
import lumen.pipewire.pod.Spa;
import lumen.spi.BackendException;
import lumen.spi.BufferSlot;
import lumen.spi.CapturedFrame;
import lumen.spi.Capturer;
import lumen.spi.CursorState;
import lumen.spi.Damage;
import lumen.spi.DisplayMode;
import lumen.spi.FrameSignal;
import lumen.spi.FrameSource;
import lumen.spi.ImportOffer;

/**
 * Captures one node. Buffers arrive on the loop's thread and go into a mailbox for one; fields are guarded by the loop's
 * lock unless they are volatile. A watchdog tries the next round of formats when the link gets stuck.
 */
final class PipewireCapturer implements Capturer, StreamListener {
    private static final System.Logger LOG = System.getLogger("lumen.pipewire");
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(3);
    private static final long STUCK_NANOS = TimeUnit.SECONDS.toNanos(3);
    private static final long WATCH_MILLIS = 250;
    /** KWin 6.3 without a linear layout renegotiates for ever, 27 to 100 times a second. */
    private static final int MAX_FORMATS = 5;
    private static final int MAX_BUFFERS = 64;
    private static final int SIZEOF_HEADER = 32;
    private static final int HEADER_PTS = 8;
    private static final int SIZEOF_REGION = 16;
    private static final int MAX_REGIONS = 16;
    /** Timestamps older than this are of another clock. */
    private static final long OLDEST_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final ScheduledExecutorService WATCH = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("lumen-pipewire-watch").factory());

    private final String name;
    private final FrameSource.PipeWireNode node;
    private final DisplayMode mode;
    private final FrameSignal signal;
    private final Optional<FixedFormat> fixed;
    private final PipewireConnection connection;
    private final PipewireStream stream;
    private final CaptureCounters counters;
    private final CursorTracker cursor;
    private final CaptureBuffer[] buffers = new CaptureBuffer[MAX_BUFFERS];
    private final ArrayDeque<Gone> gone = new ArrayDeque<>();
    private final Damage pendingDamage = new Damage();
    private ScheduledFuture<?> watch;
    private List<FormatOffer> rounds = List.of();
    private int round;
    private boolean connected;
    private boolean reconnecting;
    private Optional<NegotiatedFormat> format = Optional.empty();
    private String bufferType = "";
    private int formatsSinceFrame;
    private long connectedNanos;
    private boolean everStreamed;
    private CaptureBuffer pending;
    /** Of a node that isn't to be paused, the newest frame once its reader has done with it, as long as none came after. */
    private CaptureBuffer latest;
    private long lastTimestamp;
    private boolean on = true;
    private volatile StreamState state = StreamState.UNCONNECTED;
    private volatile Optional<String> failure = Optional.empty();
    private volatile String description = "not connected yet";
    private volatile boolean closed;

    /** A slot that importers have to forget; its buffer stays until they have. */
    private record Gone(CaptureBuffer buffer, BufferSlot slot) {
    }

    private PipewireCapturer(FrameSource.PipeWireNode node, DisplayMode mode, FrameSignal signal, Optional<FixedFormat> fixed,
                             PipewireConnection connection, long serial) {
        this.node = node;
        this.mode = mode;
        this.signal = signal;
        this.fixed = fixed;
        this.connection = connection;
        name = "PipeWire node " + node.id();
        counters = new CaptureCounters(name);
        cursor = new CursorTracker(counters);
        Map<String, String> properties = new HashMap<>(Map.of("media.type", "Video", "media.category", "Capture", "media.role", "Screen",
                "node.name", "lumen-capture", "node.description", "lumen", "node.dont-reconnect", "true"));
        if (serial >= 0) {
            properties.put("target.object", Long.toString(serial));
        }
        stream = new PipewireStream(connection, "lumen", properties, this);
        connection.listen(new NodeWatch());
    }

    /** @throws lumen.pipewire.PipewireException if the daemon or the node isn't there */
    static PipewireCapturer open(FrameSource.PipeWireNode node, DisplayMode mode, FrameSignal signal, Optional<FixedFormat> fixed) {
        PipewireConnection connection = node.remote().isPresent()
                ? PipewireConnection.open("lumen-capture", node.remote().get().connect(), CONNECT_LIMIT)
                : PipewireConnection.open("lumen-capture", CONNECT_LIMIT);
        try {
            PipewireConnection.Global global = connection.globals().stream()
                    .filter(g -> g.id() == node.id() && g.type().equals(PipewireConnection.NODE)).findFirst()
                    .orElseThrow(() -> new BackendException("PipeWire has no node " + node.id() + " (any more)"));
            if (node.serial() != FrameSource.PipeWireNode.UNKNOWN_SERIAL && node.serial() != global.serial()) {
                throw new BackendException("PipeWire node " + node.id() + " is another one now: serial " + global.serial() + ", not "
                        + node.serial());
            }
            return new PipewireCapturer(node, mode, signal, fixed, connection, global.serial());
        } catch (RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    /** Ends the capture when the node does. */
    private final class NodeWatch implements PipewireConnection.RegistryListener {
        @Override
        public void removed(PipewireConnection.Global global) {
            if (global.id() == node.id() && global.type().equals(PipewireConnection.NODE)) {
                fail(name + " has gone");
            }
        }

        @Override
        public void lost(String why) {
            fail(why);
        }
    }

    @Override
    public void offer(List<ImportOffer> offers) {
        requireWorking();
        stream.enter();
        try {
            rounds = FormatOffer.rounds(offers, fixed);
            round = 0;
            if (rounds.isEmpty()) {
                throw new BackendException("no importer takes anything that PipeWire can deliver");
            }
            if (connected && !node.pausable() && format.filter(f -> rounds.getFirst().meets(f, bufferType)).isPresent()) {
                return; // new buffers for the same pictures would do harm
            }
            if (connected) {
                try (Arena arena = Arena.ofConfined()) {
                    formatsSinceFrame = 0;
                    stream.params(rounds.getFirst().formats(mode, arena));
                }
            } else {
                connect();
                watch = WATCH.scheduleWithFixedDelay(this::watch, WATCH_MILLIS, WATCH_MILLIS, TimeUnit.MILLISECONDS);
            }
        } finally {
            stream.leave();
        }
    }

    private void connect() {
        try (Arena arena = Arena.ofConfined()) {
            formatsSinceFrame = 0;
            everStreamed = false;
            connectedNanos = System.nanoTime();
            // MAP_BUFFERS only maps memory that nobody else would map: the rest has mappings of ours.
            stream.connect(PipewireStream.Direction.INPUT, PipewireStream.ANY,
                    PipewireStream.AUTOCONNECT | PipewireStream.DONT_RECONNECT | PipewireStream.MAP_BUFFERS, rounds.get(round).formats(mode, arena));
            connected = true;
        }
    }

    private void requireWorking() {
        failure.ifPresent(why -> {
            throw new BackendException(why);
        });
    }

    private void fail(String why) {
        if (failure.isEmpty() && !closed) {
            failure = Optional.of(why);
            signal.frameReady();
        }
    }

    /** Every quarter of a second. */
    private void watch() {
        if (closed || failure.isPresent()) {
            return;
        }
        stream.enter();
        try {
            if (closed || !on) {
                return;
            }
            if (formatsSinceFrame > MAX_FORMATS) {
                nextRound("formats were negotiated " + formatsSinceFrame + " times without a picture");
            } else if (!everStreamed && System.nanoTime() - connectedNanos > STUCK_NANOS) {
                nextRound("the link is stuck for " + STUCK_NANOS / 1_000_000_000L + " s (" + description + ")");
            }
        } catch (RuntimeException e) {
            fail(name + ": " + e.getMessage());
        } finally {
            stream.leave();
        }
    }

    /** Tears the link down, since a stuck one holds up the daemon's work for everybody, and offers less. */
    private void nextRound(String why) {
        round++;
        if (round >= rounds.size()) {
            fail(name + ": " + why + "; offered last: " + rounds.getLast());
            reconnecting = true;
            stream.disconnect();
            return;
        }
        LOG.log(System.Logger.Level.WARNING, "{0}: {1}; trying {2}", name, why, rounds.get(round));
        reconnecting = true;
        stream.disconnect();
        reconnecting = false;
        connect();
    }

    @Override
    public void state(StreamState now, String error) {
        state = now;
        describe();
        if (now == StreamState.STREAMING) {
            everStreamed = true;
        } else if (now == StreamState.ERROR) {
            fail(name + ": " + error);
        } else if (now == StreamState.UNCONNECTED && connected && !reconnecting) {
            fail(name + " was disconnected");
        }
    }

    @Override
    public void format(Pod pod) {
        counters.count(CaptureEvent.FORMATS);
        formatsSinceFrame++;
        try {
            format = Optional.of(NegotiatedFormat.parse(pod));
        } catch (RuntimeException e) {
            counters.drop(CaptureEvent.BAD_FORMAT);
            LOG.log(System.Logger.Level.WARNING, "{0}: {1}", name, e.getMessage());
            format = Optional.empty();
            return;
        }
        bufferType = "";
        describe();
        LOG.log(System.Logger.Level.DEBUG, "{0}: {1}", name, format.get());
        try (Arena arena = Arena.ofConfined()) {
            List<MemorySegment> params = new ArrayList<>();
            params.add(rounds.get(Math.min(round, rounds.size() - 1)).buffers(format.get().modifier().isPresent(), arena));
            params.add(meta(Spa.META_HEADER, SIZEOF_HEADER, SIZEOF_HEADER, arena));
            params.add(meta(Spa.META_VIDEO_DAMAGE, SIZEOF_REGION, MAX_REGIONS * SIZEOF_REGION, arena));
            params.add(meta(Spa.META_CURSOR, CursorTracker.META_LEAST, CursorTracker.META_MOST, arena));
            stream.params(params);
        }
    }

    private static MemorySegment meta(int type, int least, int most, Arena arena) {
        PodBuilder pod = new PodBuilder().beginObject(Spa.OBJECT_PARAM_META, Spa.PARAM_META)
                .property(Spa.META_PARAM_TYPE).id(type).property(Spa.META_PARAM_SIZE);
        return (least == most ? pod.integer(most) : pod.rangeOfIntegers(most, least, most)).end().build(arena);
    }

    @Override
    public void formatCleared() {
        format = Optional.empty();
    }

    @Override
    public void bufferAdded(long address) {
        StreamBuffer.userData(address, 0);
        Optional<CaptureBuffer> buffer = format.flatMap(f -> CaptureBuffer.of(this, f, address));
        for (int i = 0; i < MAX_BUFFERS && buffer.isPresent(); i++) {
            if (buffers[i] == null) {
                buffers[i] = buffer.get();
                bufferType = buffer.get().typeName();
                describe();
                StreamBuffer.userData(address, i + 1);
                return;
            }
        }
        buffer.ifPresent(CaptureBuffer::drop);
        counters.drop(CaptureEvent.BAD_BUFFER);
    }

    @Override
    public void bufferRemoved(long address) {
        int index = (int) StreamBuffer.userData(address) - 1;
        if (index < 0 || index >= MAX_BUFFERS || buffers[index] == null) {
            return;
        }
        CaptureBuffer buffer = buffers[index];
        buffers[index] = null;
        if (pending == buffer) {
            pending = null;
        }
        if (latest == buffer) {
            latest = null;
        }
        buffer.removed();
    }

    /** Under the lock. */
    void slotGone(CaptureBuffer buffer, BufferSlot slot) {
        buffer.retain();
        gone.add(new Gone(buffer, slot));
    }

    @Override
    public void process() {
        boolean news = false;
        for (long address = stream.dequeue(); address != 0; address = stream.dequeue()) {
            news |= cursor.read(address);
            CaptureBuffer buffer = picture(address);
            if (buffer == null) {
                stream.queue(address);
                continue;
            }
            addDamage(address);
            if (pending != null) {
                counters.count(CaptureEvent.OVERTAKEN);
                stream.queue(pending.address());
            }
            if (latest != null) {
                stream.queue(latest.address());
                latest = null;
            }
            pending = buffer;
            formatsSinceFrame = 0;
            news = true;
        }
        if (news && on) {
            signal.frameReady();
        }
    }

    /** The buffer, if there is a sound picture in it. */
    private CaptureBuffer picture(long address) {
        int index = (int) StreamBuffer.userData(address) - 1;
        CaptureBuffer buffer = index < 0 || index >= MAX_BUFFERS ? null : buffers[index];
        if (buffer == null) {
            counters.drop(CaptureEvent.BAD_BUFFER);
            return null;
        }
        if ((StreamBuffer.chunkFlags(address, 0) & StreamBuffer.CHUNK_CORRUPTED) != 0) {
            if (StreamBuffer.chunkSize(address, 0) == 0) {
                counters.count(CaptureEvent.CURSOR_ONLY);
            } else {
                counters.drop(CaptureEvent.CORRUPTED);
            }
            return null;
        }
        CaptureEvent wrong = buffer.accept(timestamp(address));
        if (wrong != null) {
            counters.drop(wrong);
            return null;
        }
        return buffer;
    }

    /** The producer's time if it can be, and rises; else the time of arrival. */
    private long timestamp(long address) {
        long now = System.nanoTime();
        long header = StreamBuffer.meta(address, Spa.META_HEADER, SIZEOF_HEADER);
        long time = header == 0 ? -1 : StreamBuffer.int64(header + HEADER_PTS);
        if (time <= lastTimestamp || time > now || now - time > OLDEST_NANOS) {
            time = Math.max(now, lastTimestamp + 1);
        }
        lastTimestamp = time;
        return time;
    }

    /** Damage of pictures that nobody saw counts for the next one that somebody sees. */
    private void addDamage(long address) {
        int width = format.map(NegotiatedFormat::width).orElse(0);
        int height = format.map(NegotiatedFormat::height).orElse(0);
        long region = StreamBuffer.meta(address, Spa.META_VIDEO_DAMAGE, SIZEOF_REGION);
        int count = region == 0 ? 0 : StreamBuffer.metaSize(address, Spa.META_VIDEO_DAMAGE) / SIZEOF_REGION;
        boolean told = false;
        for (int i = 0; i < count; i++, region += SIZEOF_REGION) {
            int w = StreamBuffer.int32(region + 8);
            int h = StreamBuffer.int32(region + 12);
            if (w == 0 || h == 0) {
                break;
            }
            pendingDamage.add(StreamBuffer.int32(region), StreamBuffer.int32(region + 4), w, h, width, height);
            told = true;
        }
        if (!told) {
            pendingDamage.add(0, 0, width, height, width, height);
        }
    }

    @Override
    public CapturedFrame poll() {
        requireWorking();
        CaptureBuffer frame;
        stream.enter();
        try {
            reportGone();
            cursor.take();
            frame = pending;
            pending = null;
            if (frame != null) {
                counters.count(CaptureEvent.DELIVERED);
                frame.retain();
                frame.damage().clear();
                if (!pendingDamage.isEmpty()) {
                    frame.damage().add(pendingDamage.x(), pendingDamage.y(), pendingDamage.width(), pendingDamage.height(),
                            frame.slot().width(), frame.slot().height());
                }
                pendingDamage.clear();
            }
        } finally {
            stream.leave();
        }
        return frame;
    }

    private void reportGone() {
        for (Gone g = gone.poll(); g != null; g = gone.poll()) {
            signal.slotGone(g.slot());
            g.buffer().drop();
        }
    }

    /** Any thread. */
    void release(CaptureBuffer frame) {
        if (closed) {
            frame.drop();
            return;
        }
        stream.enter();
        try {
            if (frame.address() != 0 && !keepLatest(frame)) {
                stream.queue(frame.address());
            }
            frame.drop();
        } finally {
            stream.leave();
        }
    }

    /** True if the frame shows what the node shows and is kept for whoever resumes. */
    private boolean keepLatest(CaptureBuffer frame) {
        if (node.pausable() || pending != null || latest != null && latest.timestampNanos() > frame.timestampNanos()) {
            return false;
        }
        if (latest != null) {
            stream.queue(latest.address());
        }
        latest = frame;
        return true;
    }

    @Override
    public CursorState cursor() {
        return cursor;
    }

    @Override
    public void active(boolean wanted) {
        stream.enter();
        try {
            on = wanted;
            connectedNanos = System.nanoTime();
            if (!node.pausable()) {
                showLatest();
            } else {
                if (pending != null) {
                    stream.queue(pending.address());
                    pending = null;
                }
                if (failure.isEmpty()) {
                    stream.active(wanted);
                }
            }
            reportGone();
        } finally {
            stream.leave();
        }
    }

    /** What the node shows now, again: it paints only when its program does. */
    private void showLatest() {
        if (!on) {
            return;
        }
        if (pending == null) {
            pending = latest;
            latest = null;
        }
        if (pending != null) {
            pending.accept(timestamp(pending.address()));
            pendingDamage.add(0, 0, pending.slot().width(), pending.slot().height(), pending.slot().width(), pending.slot().height());
            signal.frameReady();
        }
    }

    @Override
    public boolean running() {
        return state == StreamState.STREAMING;
    }

    @Override
    public boolean keepable() {
        return failure.isEmpty();
    }

    @Override
    public String state() {
        return description;
    }

    /** Under the lock, whenever something of it has changed. */
    private void describe() {
        description = name + " " + state.name().toLowerCase(Locale.ROOT) + ", "
                + format.map(f -> f + (bufferType.isEmpty() ? ", no buffers" : ", " + bufferType)).orElse("no format agreed on");
    }

    @Override
    public Map<String, Long> counters() {
        return counters.report();
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        if (watch != null) {
            watch.cancel(false);
        }
        stream.enter();
        try {
            reconnecting = true;
            stream.disconnect();
            reportGone();
            closed = true;
        } finally {
            stream.leave();
        }
        stream.close();
        connection.close();
        for (CaptureBuffer buffer : buffers) {
            if (buffer != null) {
                buffer.drop();
            }
        }
        cursor.close();
    }
}
