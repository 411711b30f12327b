package lumen.host.media;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.UUID;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import lumen.core.video.Depacketizer;
import lumen.core.video.VideoPacketSettings;
import lumen.core.video.VideoSink;
import lumen.host.plugin.EncoderChoice;
import lumen.posix.UdpEndpoint;
import lumen.posix.UdpReceiver;
import lumen.posix.UdpSender;
import lumen.posix.UdpSocket;
import lumen.spi.AccessUnitSink;
import lumen.spi.BackendException;
import lumen.spi.BufferSlot;
import lumen.spi.CapturedFrame;
import lumen.spi.Capturer;
import lumen.spi.CapturerProvider;
import lumen.spi.Chroma;
import lumen.spi.ColorInfo;
import lumen.spi.CursorState;
import lumen.spi.Damage;
import lumen.spi.DisplayMode;
import lumen.spi.Encoder;
import lumen.spi.EncoderOffer;
import lumen.spi.EncoderProvider;
import lumen.spi.EncoderSettings;
import lumen.spi.FrameImporter;
import lumen.spi.FrameImporterProvider;
import lumen.spi.FrameKind;
import lumen.spi.FrameSignal;
import lumen.spi.FrameSource;
import lumen.spi.HostContext;
import lumen.spi.ImportOffer;
import lumen.spi.ImportRequest;
import lumen.spi.ImportedFrame;
import lumen.spi.InputRoute;
import lumen.spi.PixelFormat;
import lumen.spi.Probe;
import lumen.spi.VideoCodec;
import lumen.spi.VirtualDisplay;

/** Small backends that cost next to nothing, and a client on loopback: what a media test is made of. */
final class MediaRig {
    static final byte[] PAYLOAD = "0123456789abcdef".getBytes(java.nio.charset.StandardCharsets.US_ASCII);

    private MediaRig() {
    }

    static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + 10_000_000_000L;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("not within 10 s: " + what);
            }
            LockSupport.parkNanos(1_000_000);
        }
    }

    /** A display whose frames, of one pixel, are made at its rate by a thread of its own. */
    static final class Display implements VirtualDisplay, FrameSource.InProcess, CapturerProvider {
        final DisplayMode mode;
        volatile boolean playing = true;
        volatile boolean failed;
        volatile boolean closed;
        volatile boolean ready;
        volatile boolean running = true;
        /** How often the capture fails before it works again. */
        volatile int failures;
        volatile int offers;
        volatile int opened;
        volatile int nudges;
        volatile long cursorSerial;
        volatile boolean replaceable;
        volatile boolean keepable;
        final Frame frame = new Frame();

        private volatile boolean cursorMoved;
        private final CursorState cursor = new CursorState() {
            @Override
            public long serial() {
                return cursorSerial;
            }

            @Override
            public boolean visible() {
                return cursorSerial > 0;
            }

            @Override
            public int x() {
                return (int) cursorSerial;
            }

            @Override
            public int y() {
                return 0;
            }

            @Override
            public int width() {
                return 1;
            }

            @Override
            public int height() {
                return 1;
            }

            @Override
            public MemorySegment pixels() {
                return frame.pixels;
            }
        };

        void moveCursor() {
            cursorSerial++;
            cursorMoved = true;
        }

        Display(DisplayMode mode) {
            this.mode = mode;
        }

        @Override
        public Capturer open(FrameSource source, DisplayMode m, FrameSignal signal) {
            opened++;
            AtomicBoolean over = new AtomicBoolean();
            Thread thread = Thread.ofPlatform().daemon().start(() -> {
                long due = System.nanoTime();
                while (!over.get()) {
                    due += mode.frameIntervalNanos();
                    LockSupport.parkNanos(due - System.nanoTime());
                    if (playing || failed || cursorMoved) {
                        cursorMoved = false;
                        frame.stamp = System.nanoTime();
                        ready = playing || failed;
                        signal.frameReady();
                    }
                }
            });
            return new Capturer() {
                @Override
                public void offer(List<ImportOffer> list) {
                    offers++;
                }

                @Override
                public CapturedFrame poll() {
                    if (failed || failures > 0) {
                        failures--;
                        throw new BackendException("the compositor has gone");
                    }
                    if (!ready) {
                        return null;
                    }
                    ready = false;
                    frame.held++;
                    return frame;
                }

                @Override
                public CursorState cursor() {
                    return cursor;
                }

                @Override
                public boolean keepable() {
                    return keepable;
                }

                @Override
                public boolean running() {
                    return running;
                }

                @Override
                public String state() {
                    return "waiting for a rig";
                }

                @Override
                public void active(boolean on) {
                    playing = on;
                }

                @Override
                public void close() {
                    over.set(true);
                    LockSupport.unpark(thread);
                }
            };
        }

        @Override
        public String id() {
            return "rig";
        }

        @Override
        public Probe probe(HostContext host) {
            return Probe.available(0);
        }

        @Override
        public boolean accepts(FrameSource source) {
            return source == this;
        }

        @Override
        public DisplayMode mode() {
            return mode;
        }

        @Override
        public FrameSource source() {
            return this;
        }

        @Override
        public Optional<InputRoute> input() {
            return Optional.empty();
        }

        @Override
        public boolean alive() {
            return !closed;
        }

        @Override
        public boolean replaceable() {
            return replaceable;
        }

        @Override
        public void nudge() {
            nudges++;
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    static final class Frame implements CapturedFrame, BufferSlot.Memory {
        final MemorySegment pixels = Arena.ofAuto().allocate(4);
        final Damage damage = new Damage();
        volatile long stamp;
        volatile int held;

        @Override
        public BufferSlot slot() {
            return this;
        }

        @Override
        public Damage damage() {
            return damage;
        }

        @Override
        public ColorInfo color() {
            return ColorInfo.DESKTOP;
        }

        @Override
        public long timestampNanos() {
            return stamp;
        }

        @Override
        public void release() {
            held--;
        }

        @Override
        public PixelFormat format() {
            return PixelFormat.XRGB8888;
        }

        @Override
        public int width() {
            return 1;
        }

        @Override
        public int height() {
            return 1;
        }

        @Override
        public MemorySegment pixels() {
            return pixels;
        }

        @Override
        public int stride() {
            return 4;
        }
    }

    /** Hands memory frames through; can be told to fail. */
    static final class Importer implements FrameImporterProvider {
        final String id;
        final FrameKind kind;
        volatile boolean fails;
        volatile int open;
        volatile long drawnCursor = -1;

        Importer(String id) {
            this(id, FrameKind.SYSTEM_MEMORY);
        }

        Importer(String id, FrameKind kind) {
            this.id = id;
            this.kind = kind;
        }

        @Override
        public String id() {
            return id;
        }

        @Override
        public Probe probe(HostContext host) {
            return Probe.available(0);
        }

        @Override
        public FrameImporter open(ImportRequest request) {
            if (!request.kinds().contains(kind)) {
                throw new BackendException("gives " + kind + " only");
            }
            open++;
            Frame frame = new Frame();
            ImportedFrame imported = kind == FrameKind.CUDA_MEMORY ? new DevicePicture() : new ImportedFrame.SystemMemory() {
                @Override
                public PixelFormat format() {
                    return frame.format();
                }

                @Override
                public int width() {
                    return 1;
                }

                @Override
                public int height() {
                    return 1;
                }

                @Override
                public ColorInfo color() {
                    return ColorInfo.DESKTOP;
                }

                @Override
                public void release() {
                    frame.held--;
                }

                @Override
                public MemorySegment pixels() {
                    return frame.pixels;
                }

                @Override
                public int stride() {
                    return 4;
                }
            };
            return new FrameImporter() {
                @Override
                public FrameKind kind() {
                    return kind;
                }

                @Override
                public ImportedFrame redraw(CursorState cursor) {
                    drawnCursor = cursor.serial();
                    return imported;
                }

                @Override
                public List<ImportOffer> offers() {
                    return List.of(new ImportOffer(ImportOffer.Transport.MEMORY, PixelFormat.XRGB8888, 0));
                }

                @Override
                public ImportedFrame importFrame(CapturedFrame f, CursorState cursor) {
                    if (fails) {
                        throw new BackendException("the buffer can't be mapped");
                    }
                    drawnCursor = cursor.serial();
                    return imported;
                }

                @Override
                public void forget(BufferSlot slot) {
                    // Nothing is cached.
                }

                @Override
                public void close() {
                    open--;
                }
            };
        }
    }

    /** A picture that only a GPU could read, which has no need of its buffer. */
    private static final class DevicePicture implements ImportedFrame.CudaMemory {
        @Override
        public PixelFormat format() {
            return PixelFormat.XRGB8888;
        }

        @Override
        public int width() {
            return 1;
        }

        @Override
        public int height() {
            return 1;
        }

        @Override
        public ColorInfo color() {
            return ColorInfo.DESKTOP;
        }

        @Override
        public boolean detached() {
            return true;
        }

        @Override
        public void release() {
            // Nothing is held.
        }

        @Override
        public UUID device() {
            return new UUID(1, 2);
        }

        @Override
        public long pointer() {
            return 0x1000;
        }

        @Override
        public int pitch() {
            return 512;
        }

        @Override
        public long ready() {
            return 0;
        }
    }

    /** Makes access units of a fixed length: a start code, IDR or not, then the number of the frame. */
    static final class CannedEncoder implements EncoderProvider {
        static final int LENGTH = 20_000;
        final String id;
        final boolean liveBitrate;
        volatile List<FrameKind> reads = List.of(FrameKind.SYSTEM_MEMORY);
        volatile FrameKind encoded;
        volatile boolean fails;
        volatile int opened;
        volatile int kbps;

        CannedEncoder(String id, boolean liveBitrate) {
            this.id = id;
            this.liveBitrate = liveBitrate;
        }

        @Override
        public String id() {
            return id;
        }

        @Override
        public Probe probe(HostContext host) {
            return Probe.available(0);
        }

        EncoderChoice choice() {
            return new EncoderChoice(this, offers().getFirst());
        }

        @Override
        public List<EncoderOffer> offers() {
            return List.of(new EncoderOffer(id, VideoCodec.H264, 50, reads, 8, Chroma.YUV420, liveBitrate));
        }

        @Override
        public Encoder open(EncoderOffer offer, EncoderSettings settings) {
            opened++;
            kbps = settings.bitrateKbps();
            MemorySegment unit = Arena.ofAuto().allocate(LENGTH);
            return new Encoder() {
                private boolean first = true;

                @Override
                public String description() {
                    return id;
                }

                @Override
                public void encode(ImportedFrame frame, boolean forceIdr, AccessUnitSink sink) {
                    if (fails) {
                        throw new BackendException("out of memory");
                    }
                    if (frame != null) {
                        encoded = frame.kind();
                    }
                    boolean idr = first || forceIdr;
                    first = false;
                    unit.set(ValueLayout.JAVA_BYTE, 4, (byte) (idr ? 0x65 : 0x41));
                    sink.accept(unit, idr);
                }

                @Override
                public void repeat(boolean forceIdr, AccessUnitSink sink) {
                    if (first) {
                        throw new IllegalStateException("no frame yet");
                    }
                    encode(null, forceIdr, sink);
                }

                @Override
                public boolean bitrate(int wanted) {
                    if (liveBitrate) {
                        kbps = wanted;
                    }
                    return liveBitrate;
                }

                @Override
                public void close() {
                    // Owns nothing.
                }
            };
        }
    }

    /** A client that pings and depacketizes on a thread of its own. */
    static final class Client implements VideoSink, AutoCloseable {
        final UdpSocket socket = UdpSocket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        final UdpReceiver receiver = socket.receiver(1500);
        final UdpSender sender = socket.sender();
        final Depacketizer depacketizer;
        final Thread thread;
        volatile boolean closing;
        volatile int frames;
        volatile int idrs;
        volatile int repeats;
        volatile int firstType;
        volatile long lastFrameNanos;
        private int counter;
        private final MemorySegment ping = Arena.ofAuto().allocate(20);

        Client(VideoPacketSettings packets) {
            socket.buffers(1 << 20, 4 << 20);
            depacketizer = new Depacketizer(packets, false, this);
            thread = Thread.ofPlatform().daemon().start(() -> {
                while (!closing) {
                    int n = receiver.receive(-1);
                    for (int i = 0; i < n; i++) {
                        depacketizer.accept(receiver.data(), receiver.offset(i), receiver.length(i));
                    }
                }
            });
        }

        void ping(int port) {
            ping(port, ++counter);
        }

        void ping(int port, int number) {
            MemorySegment.copy(PAYLOAD, 0, ping, ValueLayout.JAVA_BYTE, 0, 16);
            ping.set(ValueLayout.JAVA_INT_UNALIGNED.withOrder(java.nio.ByteOrder.BIG_ENDIAN), 16, number);
            sender.route(UdpEndpoint.of(InetAddress.getLoopbackAddress(), port), null);
            sender.send(ping, 0, 20, 1);
        }

        void send(int port, byte[] bytes) {
            try (Arena arena = Arena.ofConfined()) {
                sender.route(UdpEndpoint.of(InetAddress.getLoopbackAddress(), port), null);
                sender.send(arena.allocate(bytes.length).copyFrom(MemorySegment.ofArray(bytes)), 0, bytes.length, 1);
            }
        }

        @Override
        public void frame(MemorySegment unit, int frameIndex, int type, int latency, int rtpTimestamp) {
            if (frames == 0) {
                firstType = type;
            }
            idrs += type == 2 ? 1 : 0;
            repeats += latency == 0 ? 1 : 0;
            lastFrameNanos = System.nanoTime();
            frames++;
        }

        @Override
        public void requestIdr() {
            // The tests ask by themselves.
        }

        @Override
        public void invalidate(int first, int last) {
            throw new AssertionError("not in this mode");
        }

        @Override
        public void close() throws InterruptedException {
            closing = true;
            receiver.wake();
            thread.join();
            sender.close();
            receiver.close();
            socket.close();
            depacketizer.close();
        }
    }

    /** Remembers what a stream told. */
    static final class Told implements VideoStreamListener {
        volatile StreamEnd reason;
        volatile String message;
        volatile long firstFrameNanos;

        @Override
        public void firstFrameSent(long nanosAfterStart) {
            firstFrameNanos = nanosAfterStart;
        }

        @Override
        public void ended(StreamEnd why, String text) {
            message = text;
            reason = why;
        }
    }
}
