package lumen.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import lumen.core.fec.FecKernels;
import lumen.core.video.DatagramRing;
import lumen.core.video.FrameHeader;
import lumen.core.video.Packetizer;
import lumen.core.video.QueuedFrame;
import lumen.core.video.VideoPacketSettings;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** One access unit to datagrams with 20 % parity, through the ring and out of it again. */
@State(Scope.Thread)
public class PacketizerBenchmark {
    /** Bytes of a frame: a still picture, the mean at 720p60 and 10 Mbit/s, an IDR of 20 Mbit/s. */
    @Param({"500", "20833", "62500"})
    public int bytes;
    @Param({"false", "true"})
    public boolean encrypted;

    private Arena arena;
    private MemorySegment accessUnit;
    private DatagramRing ring;
    private Packetizer packetizer;
    private int timestamp;

    @Setup(Level.Trial)
    public void open() {
        FecKernels.shared().warmUp();
        var settings = new VideoPacketSettings(1392, 20, 2, encrypted ? new byte[16] : null);
        arena = Arena.ofShared();
        accessUnit = arena.allocate(bytes, 64);
        ring = new DatagramRing(settings.datagramLength());
        packetizer = new Packetizer(settings);
    }

    @TearDown(Level.Trial)
    public void free() {
        ring.close();
        arena.close();
    }

    @Benchmark
    public int packetize() {
        timestamp += 1500;
        QueuedFrame frame = packetizer.packetize(accessUnit, FrameHeader.FRAME_P, 50, timestamp, ring);
        packetizer.publish(frame, ring);
        ring.release(ring.peek());
        return frame.datagrams();
    }
}
