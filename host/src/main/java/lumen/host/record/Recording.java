package lumen.host.record;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.WritableByteChannel;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import lumen.core.pacing.FrameCadence;
import lumen.core.video.DatagramRing;
import lumen.core.video.Depacketizer;
import lumen.core.video.FrameHeader;
import lumen.core.video.Packetizer;
import lumen.core.video.QueuedFrame;
import lumen.core.video.VideoPacketSettings;
import lumen.core.video.VideoSink;
import lumen.host.plugin.EncoderChoice;
import lumen.spi.BackendException;
import lumen.spi.BufferSlot;
import lumen.spi.CapturedFrame;
import lumen.spi.Capturer;
import lumen.spi.CapturerProvider;
import lumen.spi.Encoder;
import lumen.spi.EncoderSettings;
import lumen.spi.FrameImporter;
import lumen.spi.FrameImporterProvider;
import lumen.spi.FrameSignal;
import lumen.spi.ImportRequest;
import lumen.spi.ImportSteps;
import lumen.spi.ImportedFrame;
import lumen.spi.VirtualDisplay;

/**
 * Captures and encodes a number of frames. Each access unit goes through packetizer and depacketizer, as on
 * its way to a client, and what comes out there is compared and written. Confined to one thread.
 */
public final class Recording implements AutoCloseable {
    /** The client's own figures: its packet size in a local network, its least parity. */
    private static final VideoPacketSettings PACKETS = new VideoPacketSettings(1392, 20, 2, null);
    private static final long FIRST_FRAME_NANOS = 10_000_000_000L;

    private final Thread thread = Thread.currentThread();
    private final EncoderSettings settings;
    private final WritableByteChannel out;
    private final Capturer capturer;
    private final FrameImporter importer;
    private final Encoder encoder;
    private final Packetizer packetizer = new Packetizer(PACKETS);
    private final DatagramRing ring = new DatagramRing(PACKETS.datagramLength());
    private final Depacketizer depacketizer;
    private MemorySegment sent = MemorySegment.NULL;
    private long received;
    private long bytes;
    private CapturedFrame held;

    /**
     * Opens capture, import and encoding.
     *
     * @param importers best first, at least one
     * @param out Annex B is written here
     * @throws BackendException if a part refuses; nothing stays open then
     */
    public Recording(VirtualDisplay display, CapturerProvider capturers, List<FrameImporterProvider> importers, EncoderChoice encoders,
                     EncoderSettings settings, WritableByteChannel out) {
        this.settings = settings;
        this.out = out;
        capturer = capturers.open(display.source(), display.mode(), new FrameSignal() {
            @Override
            public void frameReady() {
                LockSupport.unpark(thread);
            }

            @Override
            public void slotGone(BufferSlot slot) {
                importer.forget(slot);
            }
        });
        FrameImporter openImporter = null;
        try {
            openImporter = open(importers, new ImportRequest(display.mode(), display.renderDevice(), encoders.offer().reads(),
                    settings.bitDepth(), ImportSteps.NONE));
            capturer.offer(openImporter.offers());
            encoder = encoders.open(settings);
        } catch (RuntimeException e) {
            if (openImporter != null) {
                openImporter.close();
            }
            capturer.close();
            ring.close();
            throw e;
        }
        importer = openImporter;
        depacketizer = new Depacketizer(PACKETS, false, new RoundTrip());
    }

    /** The best that gives something the encoder reads. */
    private static FrameImporter open(List<FrameImporterProvider> candidates, ImportRequest request) {
        BackendException last = null;
        for (FrameImporterProvider candidate : candidates) {
            try {
                return candidate.open(request);
            } catch (BackendException e) {
                last = e;
            }
        }
        throw last;
    }

    /** Which encoder records. */
    public String encoder() {
        return encoder.description();
    }

    /**
     * Records.
     *
     * @param frames how many, at the rate of the settings; a still display is recorded by repeats
     * @return bytes written
     * @throws BackendException if the display gives no frame, or a frame does not survive the way to the client
     */
    public long record(int frames) {
        FrameCadence cadence = new FrameCadence(settings.mode().frameIntervalNanos());
        long deadline = System.nanoTime() + FIRST_FRAME_NANOS;
        for (int done = 0; done < frames;) {
            long now = System.nanoTime();
            CapturedFrame frame = cadence.untilFrame(now) <= 0 ? capturer.poll() : null;
            if (frame != null) {
                encode(frame);
                cadence.frame(now);
                done++;
            } else if (held != null && cadence.untilRepeat(now) <= 0) {
                encoder.repeat(false, this::send);
                cadence.repeated(now);
                done++;
            } else if (held == null && now - deadline > 0) {
                throw new BackendException("no frame within " + FIRST_FRAME_NANOS / 1_000_000_000L + " s");
            } else {
                long wait = held == null ? deadline - now : Math.min(positive(cadence.untilFrame(now)), positive(cadence.untilRepeat(now)));
                LockSupport.parkNanos(this, wait);
            }
        }
        return bytes;
    }

    private static long positive(long nanos) {
        return nanos > 0 ? nanos : Long.MAX_VALUE;
    }

    private void encode(CapturedFrame frame) {
        ImportedFrame imported = importer.importFrame(frame, capturer.cursor());
        try {
            encoder.encode(imported, false, this::send);
        } finally {
            imported.release();
            if (held != null) {
                held.release();
            }
            held = frame;
        }
    }

    private void send(MemorySegment accessUnit, boolean idr) {
        QueuedFrame frame = packetizer.packetize(accessUnit, idr ? FrameHeader.FRAME_IDR : FrameHeader.FRAME_P, 0,
                (int) (received * 90_000_000L / settings.mode().refreshMilliHz()), ring);
        if (frame == null) {
            throw new BackendException("a frame of " + accessUnit.byteSize() + " bytes is too large for the stream");
        }
        packetizer.publish(frame, ring);
        sent = accessUnit;
        long before = received;
        QueuedFrame queued = ring.peek();
        for (int i = 0; i < queued.datagrams(); i++) {
            depacketizer.accept(ring.memory(), queued.offset() + (long) i * ring.datagramLength(), ring.datagramLength());
        }
        ring.release(queued);
        if (received != before + 1) {
            throw new BackendException("frame " + before + " did not arrive: " + depacketizer.counters().report());
        }
    }

    /** What a client would have. */
    private final class RoundTrip implements VideoSink {
        @Override
        public void frame(MemorySegment accessUnit, int frameIndex, int frameType, int latencyTenthMillis, int rtpTimestamp) {
            // Annex B may end in zeros: the last packet's padding.
            if (accessUnit.byteSize() < sent.byteSize() || sent.mismatch(accessUnit.asSlice(0, sent.byteSize())) != -1) {
                throw new BackendException("frame " + frameIndex + " is not what was sent");
            }
            received++;
            bytes += sent.byteSize();
            try {
                out.write(sent.asByteBuffer());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void requestIdr() {
            throw new BackendException("the stream does not begin with an IDR");
        }

        @Override
        public void invalidate(int first, int last) {
            throw new BackendException("frames " + first + " to " + last + " were lost without a network");
        }
    }

    @Override
    public void close() {
        if (held != null) {
            held.release();
            held = null;
        }
        for (AutoCloseable part : List.<AutoCloseable>of(encoder, importer, capturer, depacketizer, ring)) {
            try {
                part.close();
            } catch (Exception e) {
                throw new IllegalStateException("a part of the recording could not be closed", e);
            }
        }
    }
}
