package lumen.host.media;

import lumen.core.metrics.EventCounters;
import lumen.core.metrics.LatencyHistogram;
import lumen.core.video.QueuedFrame;

/**
 * One video stream's counters and latencies by stage. The video thread counts, the send thread records;
 * any thread reads. Recording allocates nothing.
 */
public final class StreamStatistics {

    /** What happened to frames. */
    public enum Event {
        /** New frames encoded. */
        FRAMES,
        /** Pictures sent because the compositor had painted nothing yet. */
        PLACEHOLDERS,
        /** Frames encoded again because nothing new came. */
        REPEATS,
        /** IDRs among both. */
        IDRS,
        /** IDR requests of the client, before coalescing. */
        IDR_REQUESTS,
        /** Access units too large to send; an IDR follows. */
        TOO_LARGE,
        /** Importers that failed and were left out. */
        IMPORTER_FAILED,
        /** Encoders that failed and were left out. */
        ENCODER_FAILED,
        /** Times the video thread had to wait for the send thread. */
        SEND_BEHIND
    }

    /** Stages of a frame's way; the last three are sums. */
    public enum Stage {
        /** Compositor ready → taken by the video thread. */
        CAPTURE,
        /** → readable for the encoder. */
        IMPORT,
        /** → access unit. */
        ENCODE,
        /** → datagrams with parity and encryption. */
        PACKETIZE,
        /** → first datagram handed to the kernel. */
        FIRST_PACKET,
        /** → last datagram, less the planned wait. */
        LAST_PACKET,
        /** The wait that pacing planned. */
        PLANNED_WAIT,
        /** Compositor ready → first datagram, less the encoder's time. */
        READY_TO_FIRST,
        /** Compositor ready → last datagram, less the encoder's time and the planned wait. */
        READY_TO_LAST
    }

    private final EventCounters<Event> counters = new EventCounters<>(Event.class);
    private final LatencyHistogram[] stages = new LatencyHistogram[Stage.values().length];

    StreamStatistics() {
        for (int i = 0; i < stages.length; i++) {
            stages[i] = new LatencyHistogram();
        }
    }

    public EventCounters<Event> counters() {
        return counters;
    }

    /** A stage's latencies in nanoseconds. Repeated frames aren't in them, but for sending. */
    public LatencyHistogram stage(Stage stage) {
        return stages[stage.ordinal()];
    }

    /** Send thread: a frame has left. */
    void sent(QueuedFrame frame, long firstNanos, long lastNanos, long plannedNanos) {
        long sending = lastNanos - firstNanos - plannedNanos;
        record(Stage.FIRST_PACKET, firstNanos - frame.packetizedNanos);
        record(Stage.LAST_PACKET, sending);
        record(Stage.PLANNED_WAIT, plannedNanos);
        record(Stage.PACKETIZE, frame.packetizedNanos - frame.encodedNanos);
        if (!frame.repeat) {
            long encoding = frame.encodedNanos - frame.importedNanos;
            record(Stage.CAPTURE, frame.takenNanos - frame.captureNanos);
            record(Stage.IMPORT, frame.importedNanos - frame.takenNanos);
            record(Stage.ENCODE, encoding);
            record(Stage.READY_TO_FIRST, firstNanos - frame.captureNanos - encoding);
            record(Stage.READY_TO_LAST, firstNanos - frame.captureNanos - encoding + sending);
        }
    }

    private void record(Stage stage, long nanos) {
        stages[stage.ordinal()].record(nanos);
    }
}
