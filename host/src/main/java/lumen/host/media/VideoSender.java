package lumen.host.media;

import java.util.concurrent.locks.LockSupport;
import lumen.core.pacing.PacingPlan;
import lumen.core.video.DatagramRing;
import lumen.core.video.QueuedFrame;
import lumen.posix.UdpCounters;
import lumen.posix.UdpSender;

/** The send thread of a video stream: takes frames from the ring and lets them leave at their pace. */
final class VideoSender implements Runnable {
    private final DatagramRing ring;
    private final UdpSender sender;
    private final MediaRoute route;
    private final PacingPlan plan;
    private final long intervalNanos;
    private final StreamStatistics statistics;
    private final Runnable firstFrameSent;
    /** Woken when a frame has left; set before this thread starts. */
    private Thread producer;
    private volatile int rateKbps;
    private volatile boolean closing;

    VideoSender(VideoStreamSettings settings, DatagramRing ring, UdpSender sender, MediaRoute route,
                StreamStatistics statistics, Runnable firstFrameSent) {
        this.ring = ring;
        this.sender = sender;
        this.route = route;
        this.statistics = statistics;
        this.firstFrameSent = firstFrameSent;
        plan = new PacingPlan(settings.pacingFraction());
        intervalNanos = settings.encoder().mode().frameIntervalNanos();
        rateKbps = settings.encoder().bitrateKbps();
    }

    void producer(Thread thread) {
        producer = thread;
    }

    void rateKbps(int kbps) {
        rateKbps = kbps;
    }

    UdpCounters counters() {
        return sender.counters();
    }

    /** Ends the thread after the frame it is sending; it must be woken after this. */
    void end() {
        closing = true;
    }

    @Override
    public void run() {
        boolean first = true;
        while (!closing) {
            QueuedFrame frame = ring.peek();
            if (frame == null) {
                LockSupport.park(this);
                continue;
            }
            send(frame);
            ring.release(frame);
            LockSupport.unpark(producer);
            if (first) {
                first = false;
                firstFrameSent.run();
            }
        }
    }

    private void send(QueuedFrame frame) {
        int length = ring.datagramLength();
        plan.plan(frame.datagrams(), (long) frame.datagrams() * length, intervalNanos, rateKbps);
        long start = System.nanoTime();
        long first = start;
        for (int b = 0; b < plan.batches(); b++) {
            awaitTime(start + plan.offsetNanos(b));
            sender.route(route.destination(), route.source());
            int from = plan.firstOf(b);
            sender.send(ring.memory(), frame.offset() + (long) from * length, length, plan.firstOf(b + 1) - from);
            if (b == 0) {
                first = System.nanoTime();
            }
        }
        statistics.sent(frame, first, System.nanoTime(), plan.plannedWaitNanos());
    }

    private void awaitTime(long nanos) {
        for (long rest = nanos - System.nanoTime(); rest > 0 && !closing; rest = nanos - System.nanoTime()) {
            LockSupport.parkNanos(this, rest);
        }
    }
}
