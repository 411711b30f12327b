package lumen.plugin.pipewire;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;
import java.util.function.LongConsumer;
import lumen.pipewire.PipewireConnection;
import lumen.pipewire.PipewireStream;
import lumen.pipewire.StreamBuffer;
import lumen.pipewire.StreamListener;
import lumen.pipewire.StreamState;
import lumen.pipewire.pod.Pod;
import lumen.pipewire.pod.PodBuilder;
import lumen.pipewire.pod.Spa;
import lumen.posix.Fd;
import lumen.posix.Mapping;
import lumen.posix.Memfd;
import lumen.spi.FrameSource;

/** A real PipeWire node that does what a compositor does, or what none should do: a client of its own of the same daemon. */
final class Producer implements StreamListener, AutoCloseable {
    static final int STRIDE_PADDING = 64;
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final int BUFFERS = 4;
    // struct spa_buffer and struct spa_data; what the product reads, the product's own tests check.
    private static final int SPA_DATAS = 16;
    private static final int DATA_TYPE = 0;
    private static final int DATA_FLAGS = 4;
    private static final int DATA_FD = 8;
    private static final int DATA_MAPOFFSET = 16;
    private static final int DATA_MAXSIZE = 20;
    private static final int READABLE_MAPPABLE = 1 | 1 << 3;
    private static final Map<String, String> PROPERTIES = Map.of("media.class", "Video/Source", "node.name", "lumen-test-source",
            "node.driver", "true", "priority.driver", "50000");

    /** How buffers are made: the truth, or lies. */
    static class Memory {
        /** {@code enum spa_data_type}. */
        int type() {
            return Spa.DATA_MEM_FD;
        }

        int planes() {
            return 1;
        }

        long fileBytes(long needed) {
            return needed;
        }

        long claimedBytes(long needed) {
            return needed;
        }

        long mapOffset() {
            return 0;
        }

        /** @return what stands in the buffer */
        int descriptor(Fd file) {
            return file.value();
        }
    }

    private final PipewireConnection connection;
    private final PipewireStream stream;
    private final Memory memory;
    private final boolean allocates;
    private final Map<Long, Mapping> mappings = new HashMap<>();
    private final Map<Long, List<Fd>> files = new HashMap<>();
    private final List<Long> modifiers;
    /** Answers a format that has a modifier by offering formats again, as KWin 6.3 does. */
    volatile boolean neverSatisfied;
    volatile int width;
    volatile int height;
    volatile StreamState state = StreamState.UNCONNECTED;
    volatile int formats;
    volatile boolean dmabuf;
    private volatile int nodeId = -1;

    /** @param modifiers empty: formats without modifiers only */
    Producer(int width, int height, List<Long> modifiers, Memory memory) {
        this(width, height, modifiers, memory, () -> -1);
    }

    private Producer(int width, int height, List<Long> modifiers, Memory memory, IntSupplier socket) {
        this.width = width;
        this.height = height;
        this.modifiers = modifiers;
        this.memory = memory;
        allocates = memory.type() != Spa.DATA_MEM_PTR;
        connection = PipewireConnection.open("test-source", socket.getAsInt(), LIMIT);
        stream = new PipewireStream(connection, "lumen-test-source", PROPERTIES, this);
        try (Arena arena = Arena.ofConfined()) {
            stream.connect(PipewireStream.Direction.OUTPUT, PipewireStream.ANY,
                    PipewireStream.DRIVER | (allocates ? PipewireStream.ALLOC_BUFFERS : PipewireStream.MAP_BUFFERS), enumFormats(arena));
        }
        Eventually.holds("the node exists", () -> {
            nodeId = stream.nodeId();
            return nodeId >= 0 && connection.globals().stream().anyMatch(g -> g.id() == nodeId);
        });
    }

    static Producer honest(int width, int height) {
        return new Producer(width, height, List.of(), new Memory());
    }

    /** At another daemon than the default one. */
    static Producer remote(int width, int height, IntSupplier socket) {
        return new Producer(width, height, List.of(), new Memory(), socket);
    }

    FrameSource.PipeWireNode node() {
        return new FrameSource.PipeWireNode(connection.globals().stream().filter(g -> g.id() == nodeId).findFirst().orElseThrow().serial(),
                nodeId, java.util.Optional.empty());
    }

    private List<MemorySegment> enumFormats(Arena arena) {
        List<MemorySegment> pods = new ArrayList<>();
        for (long modifier : modifiers) {
            pods.add(format(arena, List.of(modifier)));
        }
        if (!modifiers.contains(ONLY_DMABUF)) {
            pods.add(format(arena, List.of()));
        }
        return pods;
    }

    /** Among the modifiers: no formats without one. */
    static final long ONLY_DMABUF = 0x00ff_ffff_ffff_fffeL;

    private MemorySegment format(Arena arena, List<Long> modifier) {
        PodBuilder pod = new PodBuilder().beginObject(Spa.OBJECT_FORMAT, Spa.PARAM_ENUM_FORMAT)
                .property(Spa.FORMAT_MEDIA_TYPE).id(Spa.MEDIA_TYPE_VIDEO)
                .property(Spa.FORMAT_MEDIA_SUBTYPE).id(Spa.MEDIA_SUBTYPE_RAW)
                .property(Spa.FORMAT_VIDEO_FORMAT).id(Spa.VIDEO_FORMAT_BGRX);
        if (!modifier.isEmpty()) {
            pod.property(Spa.FORMAT_VIDEO_MODIFIER, Spa.PROP_MANDATORY).longInteger(modifier.getFirst());
        }
        return pod.property(Spa.FORMAT_VIDEO_SIZE).rectangle(width, height)
                .property(Spa.FORMAT_VIDEO_FRAMERATE).fraction(0, 1)
                .property(Spa.FORMAT_VIDEO_MAX_FRAMERATE).rangeOfFractions(60, 1, 1, 1, 1000, 1)
                .end().build(arena);
    }

    int stride() {
        return width * 4 + STRIDE_PADDING;
    }

    private long needed() {
        return (long) stride() * height;
    }

    @Override
    public void state(StreamState now, String error) {
        state = now;
    }

    @Override
    public void format(Pod format) {
        formats++;
        dmabuf = format.property(Spa.FORMAT_VIDEO_MODIFIER).isPresent();
        try (Arena arena = Arena.ofConfined()) {
            if (dmabuf && neverSatisfied) {
                stream.params(enumFormats(arena));
                return;
            }
            MemorySegment buffers = new PodBuilder().beginObject(Spa.OBJECT_PARAM_BUFFERS, Spa.PARAM_BUFFERS)
                    .property(Spa.BUFFERS_BUFFERS).rangeOfIntegers(BUFFERS, 2, BUFFERS)
                    .property(Spa.BUFFERS_BLOCKS).integer(memory.planes())
                    .property(Spa.BUFFERS_SIZE).integer((int) needed())
                    .property(Spa.BUFFERS_STRIDE).integer(stride())
                    .property(Spa.BUFFERS_DATA_TYPE).flagsOfIntegers(1 << (dmabuf ? Spa.DATA_DMA_BUF : memory.type()))
                    .end().build(arena);
            stream.params(List.of(buffers, meta(arena, Spa.META_HEADER, PictureMetadata.SIZEOF_HEADER),
                    meta(arena, Spa.META_VIDEO_DAMAGE, PictureMetadata.MAX_REGIONS * PictureMetadata.SIZEOF_REGION),
                    meta(arena, Spa.META_CURSOR, CursorTracker.META_MOST)));
        }
    }

    private static MemorySegment meta(Arena arena, int type, int size) {
        return new PodBuilder().beginObject(Spa.OBJECT_PARAM_META, Spa.PARAM_META).property(Spa.META_PARAM_TYPE).id(type)
                .property(Spa.META_PARAM_SIZE).integer(size).end().build(arena);
    }

    @Override
    public void bufferAdded(long buffer) {
        if (!allocates) {
            return;
        }
        long claimed = memory.claimedBytes(needed());
        long file = memory.fileBytes(needed());
        for (int plane = 0; plane < memory.planes(); plane++) {
            Fd fd = Memfd.create("lumen-test", file, 0);
            MemorySegment data = data(buffer, plane);
            data.set(JAVA_INT, DATA_TYPE, dmabuf ? Spa.DATA_DMA_BUF : memory.type());
            data.set(JAVA_INT, DATA_FLAGS, READABLE_MAPPABLE);
            data.set(JAVA_LONG, DATA_FD, memory.descriptor(fd));
            data.set(JAVA_INT, DATA_MAPOFFSET, (int) memory.mapOffset());
            data.set(JAVA_INT, DATA_MAXSIZE, (int) claimed);
            files.computeIfAbsent(buffer, b -> new ArrayList<>()).add(fd);
            if (plane == 0 && file > 0) {
                mappings.put(buffer, Mapping.of(fd.value(), file, true));
            }
        }
    }

    static MemorySegment data(long buffer, int plane) {
        long datas = StreamBuffer.int64(StreamBuffer.int64(buffer) + SPA_DATAS);
        return StreamBuffer.bytes(datas + 40L * plane, 40);
    }

    @Override
    public void bufferRemoved(long buffer) {
        Mapping mapping = mappings.remove(buffer);
        if (mapping != null) {
            mapping.close();
        }
        List<Fd> gone = files.remove(buffer);
        if (gone != null) {
            gone.forEach(Fd::close);
        }
    }

    @Override
    public void process() {
        // Frames are pushed.
    }

    /** Makes the files behind all buffers that short, with the consumer's mappings on them. */
    void truncate(long bytes) {
        stream.enter();
        try {
            files.values().forEach(list -> list.forEach(f -> Memfd.resize(f, bytes)));
        } finally {
            stream.leave();
        }
    }

    /** Has the producer answer nothing until it is closed, on the same thread. */
    AutoCloseable freeze() {
        stream.enter();
        return stream::leave;
    }

    /** The memory of a buffer. */
    MemorySegment pixels(long buffer) {
        return allocates ? mappings.get(buffer).segment() : StreamBuffer.bytes(StreamBuffer.pointer(buffer, 0), needed());
    }

    /** Sends a buffer; false if the consumer has all of them. */
    boolean send(LongConsumer fill) {
        stream.enter();
        try {
            long buffer = stream.dequeue();
            if (buffer == 0) {
                return false;
            }
            clearMetadata(buffer);
            for (int plane = 0; plane < StreamBuffer.datas(buffer); plane++) {
                StreamBuffer.chunk(buffer, plane, 0, (int) needed(), stride(), 0);
            }
            fill.accept(buffer);
            stream.queue(buffer);
            return true;
        } finally {
            stream.leave();
        }
    }

    /** Sends a picture if that can be done now. */
    void trySend() {
        if (state == StreamState.STREAMING) {
            send(b -> { });
        }
    }

    /** Sends a picture, as soon as the consumer has given a buffer back. */
    void sendSoon(LongConsumer fill) {
        Eventually.holds("a buffer is free", () -> state == StreamState.STREAMING && send(fill));
    }

    /** The whole picture of one colour. */
    void paint(long buffer, int bgrx) {
        MemorySegment pixels = pixels(buffer);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                pixels.set(JAVA_INT, (long) y * stride() + 4L * x, bgrx);
            }
        }
    }

    private static void clearMetadata(long buffer) {
        long header = StreamBuffer.meta(buffer, Spa.META_HEADER, PictureMetadata.SIZEOF_HEADER);
        if (header != 0) {
            StreamBuffer.bytes(header, PictureMetadata.SIZEOF_HEADER).fill((byte) 0);
            StreamBuffer.bytes(header, PictureMetadata.SIZEOF_HEADER).set(JAVA_LONG, PictureMetadata.HEADER_PTS, -1);
        }
        long damage = StreamBuffer.meta(buffer, Spa.META_VIDEO_DAMAGE, PictureMetadata.SIZEOF_REGION);
        if (damage != 0) {
            StreamBuffer.bytes(damage, PictureMetadata.SIZEOF_REGION).fill((byte) 0);
        }
        long cursor = StreamBuffer.meta(buffer, Spa.META_CURSOR, CursorTracker.SIZEOF_CURSOR);
        if (cursor != 0) {
            StreamBuffer.bytes(cursor, CursorTracker.SIZEOF_CURSOR).fill((byte) 0);
        }
    }

    static void pts(long buffer, long nanos) {
        StreamBuffer.bytes(StreamBuffer.meta(buffer, Spa.META_HEADER, PictureMetadata.SIZEOF_HEADER), PictureMetadata.SIZEOF_HEADER)
                .set(JAVA_LONG, PictureMetadata.HEADER_PTS, nanos);
    }

    static void headerFlags(long buffer, int flags) {
        StreamBuffer.bytes(StreamBuffer.meta(buffer, Spa.META_HEADER, PictureMetadata.SIZEOF_HEADER), PictureMetadata.SIZEOF_HEADER)
                .set(JAVA_INT, PictureMetadata.HEADER_FLAGS, flags);
    }

    static void damage(long buffer, int... rectangles) {
        MemorySegment regions = StreamBuffer.bytes(StreamBuffer.meta(buffer, Spa.META_VIDEO_DAMAGE, PictureMetadata.SIZEOF_REGION),
                PictureMetadata.MAX_REGIONS * PictureMetadata.SIZEOF_REGION);
        regions.fill((byte) 0);
        for (int i = 0; i < rectangles.length; i++) {
            regions.setAtIndex(JAVA_INT, i, rectangles[i]);
        }
    }

    /** Words of {@code struct spa_meta_cursor}, and of the bitmap after it. */
    static void cursor(long buffer, int... words) {
        MemorySegment cursor = StreamBuffer.bytes(StreamBuffer.meta(buffer, Spa.META_CURSOR, CursorTracker.SIZEOF_CURSOR),
                CursorTracker.META_MOST);
        for (int i = 0; i < words.length; i++) {
            cursor.setAtIndex(JAVA_INT, i, words[i]);
        }
    }

    /** Offers another size, as when the display's mode changes. */
    void resize(int newWidth, int newHeight) {
        stream.enter();
        try (Arena arena = Arena.ofConfined()) {
            width = newWidth;
            height = newHeight;
            stream.params(enumFormats(arena));
        } finally {
            stream.leave();
        }
    }

    @Override
    public void close() {
        // libpipewire's data thread may still be about to run a picture, and crashes if the driver has gone meanwhile.
        stream.active(false);
        if (connection.failure().isEmpty()) {
            Eventually.holds("it is paused", () -> state != StreamState.STREAMING || connection.failure().isPresent());
            connection.roundTrip(LIMIT);
        }
        stream.close();
        connection.close();
        mappings.values().forEach(Mapping::close);
        files.values().forEach(list -> list.forEach(Fd::close));
    }
}
