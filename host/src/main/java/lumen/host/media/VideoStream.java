package lumen.host.media;

import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import lumen.core.video.DatagramRing;
import lumen.host.plugin.EncoderChoice;
import lumen.posix.ThreadEnd;
import lumen.posix.UdpCounters;
import lumen.posix.UdpSender;
import lumen.spi.CapturerProvider;
import lumen.spi.FrameImporterProvider;
import lumen.spi.FrameSource;

/**
 * One session's video, from its display to the socket, on two threads: {@code lumen-<session>-video}
 * captures, encodes and packetizes, {@code lumen-<session>-send} sends. Requests of the client arrive
 * through single-slot mailboxes; the methods may be called by any thread and don't block, but for
 * {@link #close()}.
 */
public final class VideoStream implements AutoCloseable {
    private final VideoStreamSettings settings;
    private final DatagramRing ring;
    private final UdpSender udp;
    private final VideoSender sender;
    private final VideoPipeline pipeline;
    private final Thread videoThread;
    private final Thread sendThread;
    private final StreamStatistics statistics = new StreamStatistics();
    private final VideoStreamListener listener;
    private final AtomicBoolean idrWanted = new AtomicBoolean();
    private final AtomicInteger idrRequests = new AtomicInteger();
    private final AtomicInteger bitrateWanted = new AtomicInteger();
    private final AtomicBoolean over = new AtomicBoolean();
    private volatile boolean closing;
    private volatile long startNanos;

    /**
     * Nothing is opened before {@link #start()}.
     *
     * @param display    stays open while the stream lives; the session owns it
     * @param capturers  candidates for a source, best first
     * @param importers  candidates, best first
     * @param encoders   candidates, best first, all able to make the negotiated codec
     * @param socket     where datagrams leave; outlives this stream
     * @param route      where they go; the session removes it after {@link #close()}
     */
    public VideoStream(VideoStreamSettings settings, StreamDisplay display,
                       Function<FrameSource, List<CapturerProvider>> capturers, List<FrameImporterProvider> importers, List<EncoderChoice> encoders, MediaSocket socket,
                       MediaRoute route, VideoStreamListener listener) {
        this.settings = settings;
        this.listener = listener;
        ring = new DatagramRing(settings.packets().datagramLength());
        udp = socket.sender();
        sender = new VideoSender(settings, ring, udp, route, statistics,
                () -> listener.firstFrameSent(System.nanoTime() - startNanos));
        pipeline = new VideoPipeline(this, settings, display, capturers, importers, encoders, route, ring, statistics);
        videoThread = Thread.ofPlatform().name("lumen-" + settings.session() + "-video").daemon(true).unstarted(pipeline);
        sendThread = Thread.ofPlatform().name("lumen-" + settings.session() + "-send").daemon(true).unstarted(sender);
        sender.producer(videoThread);
    }

    /** Opens the backends and starts streaming as soon as the client has pinged. Once. */
    public void start() {
        startNanos = System.nanoTime();
        sendThread.start();
        videoThread.start();
    }

    /** The client wants an IDR. Coalesced, and limited to the rate of the settings. */
    public void requestIdr() {
        idrRequests.incrementAndGet();
        idrWanted.set(true);
        LockSupport.unpark(videoThread);
    }

    /**
     * The client has lost frames. Encoders of this SPI version can't avoid single references, so the
     * answer is an IDR.
     *
     * @param first number of the first lost frame
     * @param last  number of the last one
     */
    public void invalidate(int first, int last) {
        requestIdr();
    }

    /** Changes the bitrate from the next frame on. Only the latest request counts. */
    public void bitrate(int kbps) {
        if (kbps < 1) {
            throw new IllegalArgumentException("bitrate " + kbps + " kbps");
        }
        bitrateWanted.set(kbps);
        LockSupport.unpark(videoThread);
    }

    public StreamStatistics statistics() {
        return statistics;
    }

    /** What the kernel said to the datagrams. */
    public UdpCounters udpCounters() {
        return sender.counters();
    }

    /** The encoder in use, for status reports; empty before it is open. */
    public String encoderDescription() {
        return pipeline.encoderDescription();
    }

    /** Which importer brought the last frame, and into what; empty before the first. */
    public String importerDescription() {
        return pipeline.importers().description();
    }

    /** Counts of that importer. */
    public Map<String, Long> importerCounters() {
        return pipeline.importers().counters();
    }

    /** What the capture was given or waits for, in words; empty while there is none. */
    public String captureState() {
        return pipeline.capture().state();
    }

    /** Counts of the capture, frames and dropped buffers among them. */
    public Map<String, Long> captureCounters() {
        return pipeline.capture().counters();
    }

    boolean closing() {
        return closing;
    }

    boolean idrWanted() {
        return idrWanted.get();
    }

    /** Video thread: an IDR is about to be made; requests so far are answered by it. */
    int takeIdrRequests() {
        idrWanted.set(false);
        return idrRequests.getAndSet(0);
    }

    /** Video thread: the bitrate asked for since the last call, or 0. */
    int takeBitrate() {
        int kbps = bitrateWanted.get() == 0 ? 0 : bitrateWanted.getAndSet(0);
        if (kbps != 0) {
            sender.rateKbps(kbps);
        }
        return kbps;
    }

    /** Video thread: a frame is in the ring. */
    void frameQueued() {
        LockSupport.unpark(sendThread);
    }

    void wakeVideoThread() {
        LockSupport.unpark(videoThread);
    }

    /** Video thread: the stream can't go on. */
    void ended(StreamEnd reason, String message) {
        if (!closing && over.compareAndSet(false, true)) {
            listener.ended(reason, message);
        }
    }

    /** Ends both threads, waits for them, and frees what they used. */
    @Override
    public void close() {
        closing = true;
        LockSupport.unpark(videoThread);
        ThreadEnd.await(videoThread);
        sender.end();
        LockSupport.unpark(sendThread);
        ThreadEnd.await(sendThread);
        udp.close();
        ring.close();
    }
}
