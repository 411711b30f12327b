package lumen.core.audio;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import lumen.core.fec.ErasureCode;

/** The payloads of one audio block on the receiving side. */
final class AudioBlock {
    static final int SHARDS = AudioPacketLayout.BLOCK_DATA + AudioPacketLayout.BLOCK_PARITY;

    final MemorySegment memory;
    final long[] offsets = new long[SHARDS];
    final boolean[] present = new boolean[SHARDS];
    int length;
    int count;
    int baseTimestamp;

    AudioBlock(Arena arena) {
        memory = arena.allocate((long) SHARDS * AudioPacketLayout.MAX_DATAGRAM, 64);
        for (int i = 0; i < SHARDS; i++) {
            offsets[i] = (long) i * AudioPacketLayout.MAX_DATAGRAM;
        }
    }

    void clear() {
        count = 0;
        for (int i = 0; i < SHARDS; i++) {
            present[i] = false;
        }
    }

    /** Computes what is missing if enough is there; packets recovered. */
    int recover(ErasureCode code) {
        if (count < AudioPacketLayout.BLOCK_DATA) {
            return 0;
        }
        int n = code.decode(AudioPacketLayout.BLOCK_DATA, AudioPacketLayout.BLOCK_PARITY, length, memory, offsets, present);
        for (int i = 0; i < AudioPacketLayout.BLOCK_DATA; i++) {
            present[i] = true;
        }
        return Math.max(0, n);
    }
}
