package lumen.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import lumen.core.fec.FecKernels;
import lumen.core.loss.LossModel;
import lumen.core.video.DatagramRing;
import lumen.core.video.Depacketizer;
import lumen.core.video.FrameHeader;
import lumen.core.video.Packetizer;
import lumen.core.video.QueuedFrame;
import lumen.core.video.VideoPacketSettings;
import lumen.core.video.VideoSink;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Datagrams of a 720p60 stream at 10 Mbit/s back to access units; time for one frame. */
@State(Scope.Thread)
public class DepacketizerBenchmark {
    private static final int FRAMES = 64;
    private static final int FRAME_BYTES = 20_833;

    /** Share of datagrams lost at random; parity is 20 %. */
    @Param({"0", "0.05"})
    public double loss;
    @Param({"false", "true"})
    public boolean encrypted;

    private Arena arena;
    private VideoPacketSettings settings;
    private MemorySegment stream;
    private int datagrams;
    private boolean[] lost;
    private Depacketizer depacketizer;
    private Frames sink;

    /** Counts what arrives: a run that loses frames measures something else. */
    private static final class Frames implements VideoSink {
        int frames;

        @Override
        public void frame(MemorySegment accessUnit, int frameIndex, int frameType, int latencyTenthMillis,
                          int rtpTimestamp) {
            frames++;
        }

        @Override
        public void requestIdr() {
            frames -= FRAMES;
        }

        @Override
        public void invalidate(int first, int last) {
            frames -= FRAMES;
        }
    }

    /** Packetizes all frames once. */
    @Setup(Level.Trial)
    public void record() {
        FecKernels.shared().warmUp();
        settings = new VideoPacketSettings(1392, 20, 2, encrypted ? new byte[16] : null);
        arena = Arena.ofShared();
        MemorySegment accessUnit = arena.allocate(FRAME_BYTES, 64);
        var packetizer = new Packetizer(settings);
        int length = settings.datagramLength();
        try (var ring = new DatagramRing(length)) {
            for (int i = 0; i < FRAMES; i++) {
                QueuedFrame frame = packetizer.packetize(accessUnit, FrameHeader.FRAME_IDR, 50, i * 1500, ring);
                packetizer.publish(frame, ring);
                if (stream == null) {
                    stream = arena.allocate((long) FRAMES * frame.datagrams() * length, 64);
                }
                MemorySegment.copy(ring.memory(), frame.offset(), stream, (long) datagrams * length,
                        (long) frame.datagrams() * length);
                datagrams += frame.datagrams();
                ring.release(ring.peek());
            }
        }
        int each = datagrams / FRAMES;
        int spare = each - settings.dataShards(FRAME_BYTES);
        LossModel model = LossModel.random(loss, 1);
        lost = new boolean[datagrams];
        for (int frame = 0; frame < FRAMES; frame++) {
            // What parity can't make good would leave the client waiting, and the rest of the run idle.
            for (int i = 0, left = spare; i < each && left > 0; i++) {
                lost[frame * each + i] = model.lost();
                left -= lost[frame * each + i] ? 1 : 0;
            }
        }
    }

    /** Frame numbers only grow, so each run over the recording needs a new one. */
    @Setup(Level.Invocation)
    public void open() {
        sink = new Frames();
        depacketizer = new Depacketizer(settings, false, sink);
    }

    @TearDown(Level.Invocation)
    public void close() {
        depacketizer.close();
        if (sink.frames != FRAMES) {
            throw new IllegalStateException(sink.frames + " frames of " + FRAMES + ": "
                    + depacketizer.counters().report());
        }
    }

    @TearDown(Level.Trial)
    public void free() {
        arena.close();
    }

    @Benchmark
    @OperationsPerInvocation(FRAMES)
    public int depacketize() {
        int length = settings.datagramLength();
        for (int i = 0; i < datagrams; i++) {
            if (!lost[i]) {
                depacketizer.accept(stream, (long) i * length, length);
            }
        }
        return sink.frames;
    }
}
