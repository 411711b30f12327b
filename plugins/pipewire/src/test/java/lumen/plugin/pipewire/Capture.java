package lumen.plugin.pipewire;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import lumen.spi.BufferSlot;
import lumen.spi.CapturedFrame;
import lumen.spi.DisplayMode;
import lumen.spi.FrameSignal;
import lumen.spi.FrameSource;
import lumen.spi.ImportOffer;
import lumen.spi.PixelFormat;

/** A capturer with what a video thread keeps beside it. */
final class Capture implements FrameSignal, AutoCloseable {
    static final List<ImportOffer> MEMORY = List.of(new ImportOffer(ImportOffer.Transport.MEMORY, PixelFormat.XRGB8888, 0),
            new ImportOffer(ImportOffer.Transport.MEMORY, PixelFormat.ARGB8888, 0));
    static final List<ImportOffer> BOTH = List.of(new ImportOffer(ImportOffer.Transport.DMABUF, PixelFormat.XRGB8888, ImportOffer.LINEAR),
            MEMORY.getFirst(), MEMORY.getLast());

    final PipewireCapturer capturer;
    final AtomicInteger signals = new AtomicInteger();
    final List<BufferSlot> gone = new ArrayList<>();
    /** Woken by each signal. */
    final Thread reader = Thread.currentThread();
    volatile long loopThread;

    Capture(FrameSource.PipeWireNode node, int width, int height) {
        this(node, width, height, BOTH);
    }

    Capture(FrameSource.PipeWireNode node, int width, int height, List<ImportOffer> offers) {
        capturer = PipewireCapturer.open(node, new DisplayMode(width, height, 60_000), this, Optional.empty());
        capturer.offer(offers);
    }

    @Override
    public void frameReady() {
        loopThread = Thread.currentThread().threadId();
        signals.incrementAndGet();
        LockSupport.unpark(reader);
    }

    @Override
    public void slotGone(BufferSlot slot) {
        gone.add(slot);
    }

    /** The next frame, which must come. */
    CapturedFrame next() {
        CapturedFrame[] frame = new CapturedFrame[1];
        Eventually.holds("a frame; " + capturer.state() + " " + capturer.counters(), () -> (frame[0] = capturer.poll()) != null);
        return frame[0];
    }

    long counter(CaptureEvent event) {
        return capturer.counters().getOrDefault(event.label(), 0L);
    }

    @Override
    public void close() {
        capturer.close();
    }
}
