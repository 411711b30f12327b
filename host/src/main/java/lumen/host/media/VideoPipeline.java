package lumen.host.media;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import lumen.core.pacing.FrameCadence;
import lumen.core.video.DatagramRing;
import lumen.core.video.FrameHeader;
import lumen.core.video.Packetizer;
import lumen.core.video.QueuedFrame;
import lumen.spi.AccessUnitSink;
import lumen.spi.BackendException;
import lumen.spi.BufferSlot;
import lumen.spi.CapturedFrame;
import lumen.spi.CapturerProvider;
import lumen.spi.CursorState;
import lumen.spi.Encoder;
import lumen.spi.EncoderProvider;
import lumen.spi.FrameImporter;
import lumen.spi.FrameImporterProvider;
import lumen.spi.FrameSignal;
import lumen.spi.FrameSource;
import lumen.spi.ImportedFrame;

/**
 * The video thread: newest frame → import → encode → packetize, driven by the frames' arrival. Frames are
 * left out before encoding, never after. Steady state allocates nothing.
 */
final class VideoPipeline implements Runnable {
    private static final Logger LOG = System.getLogger("lumen.media");
    /** Encoded frames that may wait for the send thread before encoding pauses; more is only latency. */
    private static final int MAX_FRAMES_IN_FLIGHT = 2;
    /** Longest sleep: a missed wake-up can't cost more than this. */
    private static final long MAX_SLEEP_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long RING_WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
    /** A client waits this long for the compositor's first frame before it is shown something else. */
    private static final long PLACEHOLDER_NANOS = TimeUnit.MILLISECONDS.toNanos(400);

    private final VideoStream stream;
    private final VideoStreamSettings settings;
    private final DisplayCapture capture;
    private final List<FrameImporterProvider> importerProviders;
    private final MediaRoute route;
    private final DatagramRing ring;
    private final StreamStatistics statistics;
    private final Packetizer packetizer;
    private final FrameCadence cadence;
    private final ImporterChain importers;
    private final EncoderChain encoders;
    private final AccessUnitSink sink = this::accessUnit;

    private volatile boolean frameReady;
    private volatile String encoderDescription = "";
    /** The picture on the client's screen: kept so that a new encoder can begin with it on a still screen. */
    private CapturedFrame heldFrame;
    private ImportedFrame heldImport;
    private long drawnCursor;
    private boolean encoded;
    private boolean freshEncoder;
    private boolean forceIdr;
    private boolean idrEver;
    private long lastIdrNanos;
    private long epochNanos;
    private int lastRtpTimestamp;

    private boolean repeating;
    private long captureNanos;
    private long takenNanos;
    private long importedNanos;

    VideoPipeline(VideoStream stream, VideoStreamSettings settings, StreamDisplay display,
                  Function<FrameSource, List<CapturerProvider>> capturers, List<FrameImporterProvider> importers,
                  List<EncoderProvider> encoders, MediaRoute route, DatagramRing ring, StreamStatistics statistics) {
        this.stream = stream;
        this.settings = settings;
        capture = new DisplayCapture(settings.session(), display, capturers, new Signal(), this::letGo);
        this.importerProviders = List.copyOf(importers);
        this.route = route;
        this.ring = ring;
        this.statistics = statistics;
        packetizer = new Packetizer(settings.packets());
        cadence = new FrameCadence(settings.encoder().mode().frameIntervalNanos());
        this.importers = new ImporterChain(settings.session());
        this.encoders = new EncoderChain(settings.session(), encoders, settings.encoder());
    }

    DisplayCapture capture() {
        return capture;
    }

    String encoderDescription() {
        return encoderDescription;
    }

    /** Ends the loop with a reason for the listener. Thrown on the video thread only. */
    private static final class Ended extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final StreamEnd reason;

        Ended(StreamEnd reason, String message) {
            super(message);
            this.reason = reason;
        }
    }

    @Override
    public void run() {
        StreamEnd reason = StreamEnd.CLOSED;
        String message = "closed";
        try {
            open();
            epochNanos = System.nanoTime();
            while (!stream.closing()) {
                step();
            }
        } catch (Ended e) {
            reason = e.reason;
            message = e.getMessage();
        } catch (Throwable t) {
            LOG.log(Level.ERROR, "session " + settings.session() + ": video thread failed", t);
            reason = StreamEnd.INTERNAL_ERROR;
            message = t.toString();
        } finally {
            close();
        }
        if (reason != StreamEnd.CLOSED) {
            stream.ended(reason, message);
        }
    }

    private void open() {
        importers.open(importerProviders, settings.encoder().mode());
        if (importers.isEmpty()) {
            throw new Ended(StreamEnd.NO_IMPORTER, importers.lastFailure());
        }
        if (!encoders.open()) {
            throw new Ended(StreamEnd.NO_ENCODER, encoders.lastFailure());
        }
        encoderDescription = encoders.encoder().description();
        capture.offer(importers.offers());
        tend(System.nanoTime());
        long deadline = System.nanoTime() + settings.pingTimeoutNanos();
        while (!stream.closing() && !route.awaitDestination(TimeUnit.MILLISECONDS.toNanos(50))) {
            if (System.nanoTime() - deadline >= 0) {
                throw new Ended(StreamEnd.NO_PING, "the client sent no ping to the video port within "
                        + TimeUnit.NANOSECONDS.toMillis(settings.pingTimeoutNanos()) + " ms");
            }
        }
        frameReady = true;
    }

    private final class Signal implements FrameSignal {
        @Override
        public void frameReady() {
            frameReady = true;
            stream.wakeVideoThread();
        }

        @Override
        public void slotGone(BufferSlot slot) {
            importers.forget(slot);
        }
    }

    private void tend(long now) {
        try {
            capture.tend(now);
        } catch (BackendException e) {
            throw new Ended(StreamEnd.CAPTURE_FAILED, e.getMessage());
        }
    }

    private void step() {
        int kbps = stream.takeBitrate();
        if (kbps != 0) {
            Encoder before = encoders.encoder();
            if (!encoders.bitrate(kbps)) {
                throw new Ended(StreamEnd.NO_ENCODER, encoders.lastFailure());
            }
            if (encoders.encoder() != before) {
                freshEncoder = true;
                forceIdr = true;
                encoderDescription = encoders.encoder().description();
            }
        }
        if (ring.frames() >= MAX_FRAMES_IN_FLIGHT) {
            statistics.counters().count(StreamStatistics.Event.SEND_BEHIND);
            LockSupport.parkNanos(this, RING_WAIT_NANOS);
            return;
        }
        long now = System.nanoTime();
        tend(now);
        if (frameReady && cadence.untilFrame(now) <= 0) {
            frameReady = false;
            CapturedFrame frame = capture.poll();
            if (frame != null) {
                newFrame(frame, now);
                return;
            }
            if (heldFrame != null && capture.cursor().serial() != drawnCursor) {
                captureNanos = now;
                show(now);
                return;
            }
        }
        if (!encoded && now - epochNanos >= PLACEHOLDER_NANOS) {
            placeholder(now);
            return;
        }
        boolean idr = idrDue(now);
        if (encoded && (cadence.untilRepeat(now) <= 0 || idr && !frameReady)) {
            repeat(now, idr);
            return;
        }
        sleep(now);
    }

    private void sleep(long now) {
        long nanos = Math.min(MAX_SLEEP_NANOS, cadence.untilRepeat(now));
        if (!encoded) {
            nanos = Math.min(nanos, epochNanos + PLACEHOLDER_NANOS - now);
        }
        if (frameReady) {
            nanos = Math.min(nanos, cadence.untilFrame(now));
        }
        if (encoded && !frameReady && (forceIdr || stream.idrWanted())) {
            nanos = Math.min(nanos, lastIdrNanos + settings.idrIntervalNanos() - now);
        }
        if (nanos > 0) {
            LockSupport.parkNanos(this, nanos);
        }
    }

    private boolean idrDue(long now) {
        return (forceIdr || stream.idrWanted())
                && (!idrEver || now - lastIdrNanos >= settings.idrIntervalNanos());
    }

    private void newFrame(CapturedFrame frame, long now) {
        letGo();
        heldFrame = frame;
        captureNanos = Math.min(frame.timestampNanos(), now);
        show(now);
    }

    /** Encodes the held frame, with the cursor where it is now. */
    private void show(long now) {
        takenNanos = now;
        letGoOfImport();
        CursorState cursor = capture.cursor();
        drawnCursor = cursor.serial();
        BufferSlot slot = heldFrame.slot();
        FrameImporter importer = importers.select(slot);
        if (importer == null) {
            throw new Ended(StreamEnd.NO_IMPORTER, "no importer takes the " + slot.format() + " buffers that the capture delivers ("
                    + capture.state() + "); " + importers.lastFailure());
        }
        heldImport = importFrame(importer, cursor);
        if (heldImport == null) {
            letGo();
            return;
        }
        importedNanos = System.nanoTime();
        repeating = false;
        cadence.frame(now);
        encode(idrDue(now));
        encoded = true;
        statistics.counters().count(StreamStatistics.Event.FRAMES);
    }

    /** Nothing has come yet: the client gets a picture all the same. */
    private void placeholder(long now) {
        LOG.log(Level.INFO, "session {0}: no frame yet, sending a placeholder; {1}", settings.session(), capture.state());
        takenNanos = now;
        captureNanos = now;
        importedNanos = now;
        repeating = false;
        cadence.frame(now);
        try (Arena arena = Arena.ofConfined()) {
            heldImport = new Placeholder(settings.encoder().mode(), arena);
            encode(true);
            heldImport = null;
        }
        encoded = true;
        statistics.counters().count(StreamStatistics.Event.PLACEHOLDERS);
    }

    private void letGoOfImport() {
        if (heldImport != null) {
            heldImport.release();
            heldImport = null;
        }
    }

    /** Gives the picture's buffer back to the compositor. */
    private void letGo() {
        letGoOfImport();
        if (heldFrame != null) {
            heldFrame.release();
            heldFrame = null;
        }
    }

    /** {@code null} if the importer failed: the others have been offered to the compositor then. */
    private ImportedFrame importFrame(FrameImporter importer, CursorState cursor) {
        try {
            return importer.importFrame(heldFrame, cursor);
        } catch (RuntimeException | LinkageError e) {
            statistics.counters().count(StreamStatistics.Event.IMPORTER_FAILED);
            importers.quarantine(importer, e);
            if (importers.isEmpty()) {
                throw new Ended(StreamEnd.NO_IMPORTER, importers.lastFailure());
            }
            capture.offer(importers.offers());
            // Until the compositor delivers in the new form, the last picture stands in.
            frameReady = true;
            return null;
        }
    }

    /** Encodes the held picture, with the next encoder if this one fails. */
    private void encode(boolean idr) {
        boolean force = idr;
        for (;;) {
            try {
                encoders.encoder().encode(heldImport, force, sink);
                freshEncoder = false;
                return;
            } catch (RuntimeException | LinkageError e) {
                replaceEncoder(e);
                force = true;
            }
        }
    }

    private void repeat(long now, boolean idr) {
        repeating = true;
        captureNanos = now;
        takenNanos = now;
        importedNanos = now;
        cadence.repeated(now);
        if (!freshEncoder) {
            try {
                encoders.encoder().repeat(idr, sink);
            } catch (RuntimeException | LinkageError e) {
                replaceEncoder(e);
            }
        }
        if (freshEncoder) {
            if (heldImport == null) {
                // Its importer failed in the same moment: the next new frame starts the encoder.
                encoded = false;
                return;
            }
            encode(true);
        }
        statistics.counters().count(StreamStatistics.Event.REPEATS);
    }

    private void replaceEncoder(Throwable failure) {
        statistics.counters().count(StreamStatistics.Event.ENCODER_FAILED);
        if (!encoders.replace(failure)) {
            throw new Ended(StreamEnd.NO_ENCODER, encoders.lastFailure());
        }
        freshEncoder = true;
        encoderDescription = encoders.encoder().description();
    }

    /** {@link AccessUnitSink}, called by the encoder on this thread. */
    private void accessUnit(MemorySegment accessUnit, boolean idr) {
        long encodedNanos = System.nanoTime();
        if (!packetizer.fits(accessUnit.byteSize())) {
            statistics.counters().count(StreamStatistics.Event.TOO_LARGE);
            forceIdr = true;
            lastIdrNanos = encodedNanos;
            idrEver = true;
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
            statistics.counters().count(StreamStatistics.Event.SEND_BEHIND);
            LockSupport.parkNanos(this, RING_WAIT_NANOS);
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
            forceIdr = false;
            idrEver = true;
            lastIdrNanos = encodedNanos;
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

    private void close() {
        try {
            letGo();
        } catch (RuntimeException | LinkageError e) {
            LOG.log(Level.WARNING, "session " + settings.session() + ": releasing the last frame failed", e);
        }
        capture.close();
        encoders.close();
        importers.close();
    }
}
