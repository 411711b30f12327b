package lumen.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import lumen.core.audio.AudioPacketSettings;
import lumen.core.audio.AudioPacketizer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** One Opus packet of 5 ms (stereo, 96 kbit/s) to datagrams; every fourth brings two of parity. */
@State(Scope.Thread)
public class AudioPacketizerBenchmark {
    private static final int OPUS_LENGTH = 60;

    @Param({"false", "true"})
    public boolean encrypted;

    private Arena arena;
    private MemorySegment opus;
    private AudioPacketizer packetizer;

    @Setup(Level.Trial)
    public void open() {
        arena = Arena.ofShared();
        opus = arena.allocate(OPUS_LENGTH, 8);
        packetizer = new AudioPacketizer(new AudioPacketSettings(5, encrypted ? new byte[16] : null, 1));
    }

    @TearDown(Level.Trial)
    public void free() {
        packetizer.close();
        arena.close();
    }

    @Benchmark
    public int packetize() {
        return packetizer.packetize(opus, OPUS_LENGTH);
    }
}
