package lumen.client.stream;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import lumen.client.report.PacketFigures;
import lumen.core.loss.LossModel;
import lumen.core.video.BlockReport;
import lumen.core.video.Depacketizer;
import lumen.core.video.FrameHeader;
import lumen.core.video.VideoDrop;
import lumen.core.video.VideoPacketSettings;
import lumen.core.video.VideoSink;

/**
 * The thread that receives video: datagrams through the depacketizer into the queue of the decoder, and
 * the depacketizer's wishes to the host. Figures may be read by any thread once it has ended.
 */
final class VideoReceiver implements MediaSocket.Receiver, VideoSink, AutoCloseable {
    /** What only the host can do about lost frames; called on the video thread. */
    interface Requests {
        void requestIdr();

        void invalidate(int first, int last);

        /** A block needed recovery or was given up. */
        void report(BlockReport block);
    }

    private static final long TENTH_MILLI = TimeUnit.MICROSECONDS.toNanos(100);

    private final MediaSocket socket;
    private final Depacketizer depacketizer;
    private final AccessUnitQueue queue;
    private final Requests requests;
    private final Thread thread;
    private final Spread hostLatency = new Spread();
    private final Spread interval = new Spread();
    private volatile long complete;
    private long idr;
    private long skipped;
    /** The decoder's queue was thrown away: only an IDR helps. */
    private boolean flushed;
    private long firstNanos;
    private long lastNanos;
    private long nowNanos;

    /** @param onFailure told if the thread ends by an exception */
    VideoReceiver(InetSocketAddress host, String pingPayload, VideoPacketSettings settings, boolean invalidation,
                  LossModel loss, AccessUnitQueue queue, Requests requests, Consumer<Throwable> onFailure)
            throws IOException {
        this.queue = queue;
        this.requests = requests;
        socket = new MediaSocket(host, pingPayload, settings.datagramLength(), loss);
        depacketizer = new Depacketizer(settings, invalidation, this);
        thread = Thread.ofPlatform().name("lumen-client-video").unstarted(() -> {
            try {
                socket.run(this);
            } catch (IOException | RuntimeException e) {
                onFailure.accept(e);
            } finally {
                queue.end();
            }
        });
    }

    /** The host's port. */
    int port() {
        return socket.port();
    }

    void start() {
        thread.start();
    }

    @Override
    public void datagram(MemorySegment memory, int length, long now) {
        nowNanos = now;
        depacketizer.accept(memory, 0, length);
    }

    @Override
    public void idle(long now) {
        // Only the arrival of a later frame tells that one is lost, as in other clients.
    }

    @Override
    public void frame(MemorySegment accessUnit, int frameIndex, int frameType, int latencyTenthMillis,
                      int rtpTimestamp) {
        complete++;
        if (frameType == FrameHeader.FRAME_IDR) {
            idr++;
        }
        if (latencyTenthMillis > 0) {
            hostLatency.record(latencyTenthMillis * TENTH_MILLI);
        }
        if (firstNanos == 0) {
            firstNanos = nowNanos;
        } else {
            interval.record(nowNanos - lastNanos);
        }
        lastNanos = nowNanos;
        if (flushed && frameType != FrameHeader.FRAME_IDR) {
            skipped++;
            return;
        }
        flushed = !queue.offer(accessUnit, frameIndex, frameType, latencyTenthMillis, rtpTimestamp, nowNanos);
        if (flushed) {
            skipped += AccessUnitQueue.CAPACITY + 1;
            requests.requestIdr();
        }
    }

    @Override
    public void requestIdr() {
        requests.requestIdr();
    }

    @Override
    public void block(BlockReport report) {
        requests.report(report);
    }

    @Override
    public void invalidate(int first, int last) {
        requests.invalidate(first, last);
    }

    /** Stops receiving; waits for the thread. */
    void stop() throws InterruptedException {
        socket.stop();
        if (thread.getState() == Thread.State.NEW) {
            queue.end();
        } else {
            thread.join();
        }
    }

    /** Complete frames so far. Any thread. */
    long complete() {
        return complete;
    }

    /** When the first datagram arrived; 0 if none has. Any thread. */
    long firstDatagramNanos() {
        return socket.firstNanos();
    }

    /** Datagrams so far. Any thread. */
    long received() {
        return socket.received();
    }

    long idr() {
        return idr;
    }

    /** Frames thrown away because the decoder was too slow. */
    long skipped() {
        return skipped;
    }

    long lost() {
        return depacketizer.counters().get(VideoDrop.FRAME_LOST);
    }

    long undecodable() {
        return depacketizer.counters().get(VideoDrop.WAITING_FOR_IDR);
    }

    Spread hostLatency() {
        return hostLatency;
    }

    Spread interval() {
        return interval;
    }

    double framesPerSecond() {
        return complete < 2 || lastNanos == firstNanos ? 0
                : rounded((complete - 1) * 1e9 / (lastNanos - firstNanos));
    }

    PacketFigures packets() {
        Map<String, Long> dropped = depacketizer.counters().report();
        dropped.remove("recovered");
        long duration = lastNanos - firstNanos;
        return new PacketFigures(socket.received(), socket.dropped(), depacketizer.counters().get(VideoDrop.RECOVERED),
                duration <= 0 ? 0 : rounded(socket.bytes() * 8e3 / duration), dropped);
    }

    private static double rounded(double value) {
        return Math.round(value * 1000) / 1000.0;
    }

    @Override
    public void close() throws IOException {
        socket.close();
        depacketizer.close();
    }
}
