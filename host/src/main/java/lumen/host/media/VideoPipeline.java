package lumen.host.media;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import lumen.core.pacing.FrameCadence;
import lumen.core.video.DatagramRing;
import lumen.host.plugin.EncoderChoice;
import lumen.spi.BackendException;
import lumen.spi.BufferSlot;
import lumen.spi.CapturedFrame;
import lumen.spi.CapturerProvider;
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
    /** Longest sleep: a missed wake-up can't cost more than this. */
    private static final long MAX_SLEEP_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    /** Frames still on their way in a form that isn't taken any more; a source that goes on with it ends the stream. */
    private static final int MOST_UNTAKEN = 60;
    /** A client waits this long for the compositor's first frame before it is shown something else. */
    private static final long PLACEHOLDER_NANOS = TimeUnit.MILLISECONDS.toNanos(400);

    private final VideoStream stream;
    private final VideoStreamSettings settings;
    private final DisplayCapture capture;
    private final MediaRoute route;
    private final StreamStatistics statistics;
    private final IdrSchedule idrs;
    private final AccessUnitPacketizer packetizer;
    private final FrameCadence cadence;
    private final ImporterChain importers;
    private final HeldPicture held;
    private final EncoderChain encoders;

    private volatile boolean frameReady;
    private long importFailures;
    /** Frames in a row that no importer took. */
    private int untaken;
    private boolean encoded;
    /** Since when the encoder has had no picture. */
    private long blankNanos;

    VideoPipeline(VideoStream stream, VideoStreamSettings settings, StreamDisplay display,
                  Function<FrameSource, List<CapturerProvider>> capturers, List<FrameImporterProvider> importers,
                  List<EncoderChoice> encoders, MediaRoute route, DatagramRing ring, StreamStatistics statistics) {
        this.stream = stream;
        this.settings = settings;
        this.importers = new ImporterChain(settings.session(), importers, settings.importFaults());
        idrs = new IdrSchedule(settings.idrIntervalNanos());
        packetizer = new AccessUnitPacketizer(stream, settings, ring, statistics, idrs);
        this.encoders = new EncoderChain(settings.session(), encoders, settings.encoder(), packetizer, idrs, statistics);
        capture = new DisplayCapture(settings.session(), display, capturers, new Signal(), this::letGo);
        held = new HeldPicture(this.importers, new ImportRequest(settings.encoder().mode(), settings.encoder().renderDevice(),
                List.of(FrameKind.SYSTEM_MEMORY), settings.encoder().bitDepth(), ImportSteps.NONE), capture::offer);
        this.route = route;
        this.statistics = statistics;
        cadence = new FrameCadence(settings.encoder().mode().frameIntervalNanos());
    }

    DisplayCapture capture() {
        return capture;
    }

    ImporterChain importers() {
        return importers;
    }

    String encoderDescription() {
        return encoders.description();
    }

    @Override
    public void run() {
        StreamEnd reason = StreamEnd.CLOSED;
        String message = "closed";
        try {
            open();
            blankNanos = System.nanoTime();
            packetizer.epoch(blankNanos);
            while (!stream.closing()) {
                step();
            }
        } catch (StreamEndException e) {
            reason = e.reason();
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
        encoders.open();
        openImporters();
        tend(System.nanoTime());
        long deadline = System.nanoTime() + settings.pingTimeoutNanos();
        while (!stream.closing() && !route.awaitDestination(TimeUnit.MILLISECONDS.toNanos(50))) {
            if (System.nanoTime() - deadline >= 0) {
                throw new StreamEndException(StreamEnd.NO_PING, "the client sent no ping to the video port within "
                        + TimeUnit.NANOSECONDS.toMillis(settings.pingTimeoutNanos()) + " ms");
            }
        }
        frameReady = true;
    }

    private void openImporters() {
        held.open(encoders.reads());
        blankNanos = System.nanoTime();
        if (importers.isEmpty()) {
            throw new StreamEndException(StreamEnd.NO_IMPORTER, importers.lastFailure());
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
            throw new StreamEndException(StreamEnd.CAPTURE_FAILED, e.getMessage());
        }
    }

    private void step() {
        int kbps = stream.takeBitrate();
        if (kbps != 0) {
            encoders.bitrate(kbps);
        }
        if (packetizer.awaitSender()) {
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
                packetizer.newPicture(now, now);
                show(held.redraw(capture.cursor()), now);
                return;
            }
        }
        if (!encoded && now - blankNanos >= PLACEHOLDER_NANOS) {
            placeholder(now);
            return;
        }
        boolean idr = idrs.due(now, stream.idrWanted());
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
        if (encoded && !frameReady && idrs.pending(stream.idrWanted())) {
            nanos = Math.min(nanos, idrs.untilAllowed(now));
        }
        if (nanos > 0) {
            LockSupport.parkNanos(this, nanos);
        }
    }

    private void newFrame(CapturedFrame frame, long now) {
        packetizer.newPicture(Math.min(frame.timestampNanos(), now), now);
        show(held.take(frame, capture.cursor()), now);
    }

    /** Encodes the held picture, unless importing it has failed. */
    private void show(boolean imported, long now) {
        statistics.counters().add(StreamStatistics.Event.IMPORTER_FAILED, (int) (importers.failures() - importFailures));
        importFailures = importers.failures();
        untaken = imported ? 0 : untaken + 1;
        if (!imported) {
            if (importers.isEmpty()) {
                throw new StreamEndException(StreamEnd.NO_IMPORTER, importers.lastFailure());
            }
            if (untaken > MOST_UNTAKEN) {
                throw new StreamEndException(StreamEnd.NO_IMPORTER, "no importer takes what the capture delivers ("
                        + capture.state() + "); " + importers.lastFailure());
            }
            // Until the compositor delivers in a form that is still taken, the last picture stands in.
            frameReady = true;
            return;
        }
        packetizer.imported(System.nanoTime());
        cadence.frame(now);
        encode(held.picture(), idrs.due(now, stream.idrWanted()));
        statistics.counters().count(StreamStatistics.Event.FRAMES);
    }

    /** Nothing has come yet: the client gets a picture all the same. */
    private void placeholder(long now) {
        LOG.log(Level.INFO, "session {0}: no frame yet, sending a placeholder; {1}", settings.session(), capture.state());
        packetizer.newPicture(now, now);
        packetizer.imported(now);
        cadence.frame(now);
        try (Arena arena = Arena.ofConfined()) {
            encode(new Placeholder(settings.encoder().mode(), arena), true);
        }
        statistics.counters().count(StreamStatistics.Event.PLACEHOLDERS);
    }

    /** Gives the picture's buffer back to the compositor. */
    private void letGo() {
        held.letGo();
    }

    private void encode(ImportedFrame picture, boolean idr) {
        encoded = encoders.encode(picture, idr);
        if (!encoded) {
            openImporters();
        }
    }

    private void repeat(long now, boolean idr) {
        packetizer.repeat(now);
        cadence.repeated(now);
        encoded = encoders.repeat(held.picture(), idr);
        if (!encoded) {
            // The next new frame starts the encoder.
            openImporters();
            return;
        }
        statistics.counters().count(StreamStatistics.Event.REPEATS);
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
