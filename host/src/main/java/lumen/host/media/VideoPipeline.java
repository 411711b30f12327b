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
import lumen.host.plugin.EncoderChoice;
import lumen.spi.AccessUnitSink;
import lumen.spi.BackendException;
import lumen.spi.BufferSlot;
import lumen.spi.CapturedFrame;
import lumen.spi.CapturerProvider;
import lumen.spi.Encoder;
import lumen.spi.FrameImporterProvider;
import lumen.spi.FrameKind;
import lumen.spi.FrameSignal;
import lumen.spi.FrameSource;
import lumen.spi.ImportRequest;
import lumen.spi.ImportSteps;
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
    /** Frames still on their way in a form that isn't taken any more; a source that goes on with it ends the stream. */
    private static final int MOST_UNTAKEN = 60;
    private static final long RING_WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
    /** A client waits this long for the compositor's first frame before it is shown something else. */
    private static final long PLACEHOLDER_NANOS = TimeUnit.MILLISECONDS.toNanos(400);

    private final VideoStream stream;
    private final VideoStreamSettings settings;
    private final DisplayCapture capture;
    private final MediaRoute route;
    private final DatagramRing ring;
    private final StreamStatistics statistics;
    private final Packetizer packetizer;
    private final FrameCadence cadence;
    private final ImporterChain importers;
    private final HeldPicture held;
    private final EncoderChain encoders;
    private final AccessUnitSink sink = this::accessUnit;

    private volatile boolean frameReady;
    private volatile String encoderDescription = "";
    private long importFailures;
    /** Frames in a row that no importer took. */
    private int untaken;
    private boolean encoded;
    private boolean freshEncoder;
    private boolean forceIdr;
    private boolean idrEver;
    private long lastIdrNanos;
    private long epochNanos;
    /** Since when the encoder has had no picture. */
    private long blankNanos;
    private int lastRtpTimestamp;

    private boolean repeating;
    private long captureNanos;
    private long takenNanos;
    private long importedNanos;

    VideoPipeline(VideoStream stream, VideoStreamSettings settings, StreamDisplay display,
                  Function<FrameSource, List<CapturerProvider>> capturers, List<FrameImporterProvider> importers,
                  List<EncoderChoice> encoders, MediaRoute route, DatagramRing ring, StreamStatistics statistics) {
        this.stream = stream;
        this.settings = settings;
        this.importers = new ImporterChain(settings.session(), importers, settings.importFaults());
        this.encoders = new EncoderChain(settings.session(), encoders, settings.encoder());
        capture = new DisplayCapture(settings.session(), display, capturers, new Signal(), this::letGo);
        held = new HeldPicture(this.importers, new ImportRequest(settings.encoder().mode(), settings.encoder().renderDevice(),
                List.of(FrameKind.SYSTEM_MEMORY), settings.encoder().bitDepth(), ImportSteps.NONE), capture::offer);
        this.route = route;
        this.ring = ring;
        this.statistics = statistics;
        packetizer = new Packetizer(settings.packets());
        cadence = new FrameCadence(settings.encoder().mode().frameIntervalNanos());
    }

    DisplayCapture capture() {
        return capture;
    }

    ImporterChain importers() {
        return importers;
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
            blankNanos = epochNanos;
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
        if (!encoders.open()) {
            throw new Ended(StreamEnd.NO_ENCODER, encoders.lastFailure());
        }
        encoderDescription = encoders.encoder().description();
        LOG.log(Level.INFO, "session {0}: encodes with {1}", settings.session(), encoders.reason());
        openImporters();
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

    private void openImporters() {
        held.open(encoders.reads());
        blankNanos = System.nanoTime();
        if (importers.isEmpty()) {
            throw new Ended(StreamEnd.NO_IMPORTER, importers.lastFailure());
        }
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
            if (held.stale(capture.cursor())) {
                captureNanos = now;
                takenNanos = now;
                show(held.redraw(capture.cursor()), now);
                return;
            }
        }
        if (!encoded && now - blankNanos >= PLACEHOLDER_NANOS) {
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
            nanos = Math.min(nanos, blankNanos + PLACEHOLDER_NANOS - now);
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
        captureNanos = Math.min(frame.timestampNanos(), now);
        takenNanos = now;
        show(held.take(frame, capture.cursor()), now);
    }

    /** Encodes the held picture, unless importing it has failed. */
    private void show(boolean imported, long now) {
        statistics.counters().add(StreamStatistics.Event.IMPORTER_FAILED, (int) (importers.failures() - importFailures));
        importFailures = importers.failures();
        untaken = imported ? 0 : untaken + 1;
        if (!imported) {
            if (importers.isEmpty()) {
                throw new Ended(StreamEnd.NO_IMPORTER, importers.lastFailure());
            }
            if (untaken > MOST_UNTAKEN) {
                throw new Ended(StreamEnd.NO_IMPORTER, "no importer takes what the capture delivers (" + capture.state() + "); "
                        + importers.lastFailure());
            }
            // Until the compositor delivers in a form that is still taken, the last picture stands in.
            frameReady = true;
            return;
        }
        importedNanos = System.nanoTime();
        repeating = false;
        cadence.frame(now);
        encoded = encode(held.picture(), idrDue(now));
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
            encoded = encode(new Placeholder(settings.encoder().mode(), arena), true);
        }
        statistics.counters().count(StreamStatistics.Event.PLACEHOLDERS);
    }

    /** Gives the picture's buffer back to the compositor. */
    private void letGo() {
        held.letGo();
    }

    /**
     * Encodes a picture, with the next encoder if this one fails.
     *
     * @return false if the next one doesn't read such pictures: another form has been asked for
     */
    private boolean encode(ImportedFrame picture, boolean idr) {
        boolean force = idr;
        for (;;) {
            try {
                encoders.encoder().encode(picture, force, sink);
                freshEncoder = false;
                return true;
            } catch (RuntimeException | LinkageError e) {
                replaceEncoder(e);
                force = true;
            }
            if (!encoders.reads().contains(picture.kind())) {
                openImporters();
                return false;
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
            if (held.picture() == null || !encoders.reads().contains(held.picture().kind())) {
                // The next new frame starts the encoder.
                openImporters();
                encoded = false;
                return;
            }
            encoded = encode(held.picture(), true);
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
        held.close();
    }
}
