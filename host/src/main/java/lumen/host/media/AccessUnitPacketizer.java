package lumen.host.media;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import lumen.core.video.DatagramRing;
import lumen.core.video.FrameHeader;
import lumen.core.video.Packetizer;
import lumen.core.video.QueuedFrame;
import lumen.spi.AccessUnitSink;

/**
 * From an access unit to datagrams in the ring, stamped with the times of the picture it was made of. Called by the encoder
 * on the video thread; allocates nothing.
 */
final class AccessUnitPacketizer implements AccessUnitSink {
    /** Encoded frames that may wait for the send thread before encoding pauses; more is only latency. */
    private static final int MAX_FRAMES_IN_FLIGHT = 2;
    private static final long RING_WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private final VideoStream stream;
    private final Packetizer packetizer;
    private final DatagramRing ring;
    private final StreamStatistics statistics;
    private final IdrSchedule idrs;
    private long epochNanos;
    private int lastRtpTimestamp;

    private boolean repeating;
    private long captureNanos;
    private long takenNanos;
    private long importedNanos;

    AccessUnitPacketizer(VideoStream stream, VideoStreamSettings settings, DatagramRing ring, StreamStatistics statistics,
                         IdrSchedule idrs) {
        this.stream = stream;
        this.ring = ring;
        this.statistics = statistics;
        this.idrs = idrs;
        packetizer = new Packetizer(settings.packets());
    }

    /** @param nanos time of RTP timestamp 0 */
    void epoch(long nanos) {
        epochNanos = nanos;
    }

    /** The picture that is encoded next is new, was painted at one time and taken from the capture at another. */
    void newPicture(long capture, long taken) {
        repeating = false;
        captureNanos = capture;
        takenNanos = taken;
    }

    /** That picture has been imported. */
    void imported(long nanos) {
        importedNanos = nanos;
    }

    /** The last picture is encoded once more. */
    void repeat(long now) {
        repeating = true;
        captureNanos = now;
        takenNanos = now;
        importedNanos = now;
    }

    /** Waits a moment if the send thread is behind; true if it was. */
    boolean awaitSender() {
        if (ring.frames() < MAX_FRAMES_IN_FLIGHT) {
            return false;
        }
        pause();
        return true;
    }

    private void pause() {
        statistics.counters().count(StreamStatistics.Event.SEND_BEHIND);
        LockSupport.parkNanos(this, RING_WAIT_NANOS);
    }

    @Override
    public void accept(MemorySegment accessUnit, boolean idr) {
        long encodedNanos = System.nanoTime();
        if (!packetizer.fits(accessUnit.byteSize())) {
            statistics.counters().count(StreamStatistics.Event.TOO_LARGE);
            idrs.wasted(encodedNanos);
            return;
        }
        int latency = repeating ? 0 : Math.clamp((encodedNanos - captureNanos) / 100_000, 1, 0xFFFF);
        int timestamp = rtpTimestamp();
        int type = idr ? FrameHeader.FRAME_IDR : FrameHeader.FRAME_P;
        QueuedFrame queued;
        while ((queued = packetizer.packetize(accessUnit, type, latency, timestamp, ring)) == null) {
            // Encoded frames are never dropped: wait for the send thread to make room.
            if (stream.closing() || accessUnit.byteSize() == 0) {
                return;
            }
            pause();
        }
        queued.captureNanos = captureNanos;
        queued.takenNanos = takenNanos;
        queued.importedNanos = importedNanos;
        queued.encodedNanos = encodedNanos;
        queued.packetizedNanos = System.nanoTime();
        queued.repeat = repeating;
        packetizer.publish(queued, ring);
        stream.frameQueued();
        if (idr) {
            idrs.made(encodedNanos);
            statistics.counters().count(StreamStatistics.Event.IDRS);
            statistics.counters().add(StreamStatistics.Event.IDR_REQUESTS, stream.takeIdrRequests());
        }
    }

    /** 90 kHz since the stream's start, always rising: a repeat may be younger than the next frame's capture. */
    private int rtpTimestamp() {
        int timestamp = (int) ((captureNanos - epochNanos) * 9 / 100_000);
        if (timestamp - lastRtpTimestamp <= 0) {
            timestamp = lastRtpTimestamp + 1;
        }
        lastRtpTimestamp = timestamp;
        return timestamp;
    }
}
