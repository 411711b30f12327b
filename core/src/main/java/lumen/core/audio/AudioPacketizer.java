package lumen.core.audio;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import lumen.core.crypto.AesCbc;
import lumen.core.fec.ErasureCode;

/**
 * Turns Opus packets into datagrams, with two parity datagrams behind every fourth (streams.md 2.1, 2.2).
 * One for each session; not thread-safe; allocates nothing but what the JDK's cipher does.
 */
public final class AudioPacketizer implements AutoCloseable {
    private static final int SLOTS = AudioPacketLayout.BLOCK_DATA + AudioPacketLayout.BLOCK_PARITY;

    private final AudioPacketSettings settings;
    private final AudioCipher cipher;
    private final ErasureCode code = ErasureCode.audio();
    private final Arena arena = Arena.ofShared();
    /** Six slots: four data datagrams, two parity datagrams. */
    private final MemorySegment memory = arena.allocate((long) SLOTS * AudioPacketLayout.MAX_DATAGRAM, 64);
    private final long[] payloads = new long[SLOTS];
    private final byte[] plain = new byte[AudioPacketLayout.MAX_DATAGRAM];
    private final byte[] sealed = new byte[AudioPacketLayout.MAX_DATAGRAM];
    private int sequence;
    private int timestamp;
    private int payloadLength = -1;
    private int first;
    private int count;

    public AudioPacketizer(AudioPacketSettings settings) {
        this(settings, 0, 0);
    }

    /** A stream that is already under way, for tests of wrap-around; the sequence is a multiple of 4. */
    AudioPacketizer(AudioPacketSettings settings, int sequence, int timestamp) {
        this.settings = settings;
        this.sequence = sequence;
        this.timestamp = timestamp;
        cipher = settings.key() == null ? null : new AudioCipher(settings);
        for (int i = 0; i < SLOTS; i++) {
            payloads[i] = (long) i * AudioPacketLayout.MAX_DATAGRAM + AudioPacketLayout.RTP_LENGTH
                    + (i < AudioPacketLayout.BLOCK_DATA ? 0 : AudioPacketLayout.FEC_LENGTH);
        }
    }

    /**
     * Takes one Opus packet. Its datagrams can be had by {@link #offset} and {@link #length} until the
     * next call.
     *
     * @param opus   off-heap memory
     * @param length bytes; the same for every packet of the session, since the code covers four at a time
     * @return datagrams to send: 1, or 3 if this packet completes a block
     * @throws IllegalArgumentException if the length is another than before, or too large to send
     */
    public int packetize(MemorySegment opus, int length) {
        int sealedLength = cipher == null ? length : AesCbc.sealedLength(length);
        if (length < 1 || sealedLength > AudioPacketLayout.MAX_PAYLOAD
                || payloadLength >= 0 && sealedLength != payloadLength) {
            throw new IllegalArgumentException("Opus packet of " + length + " bytes, payload so far " + payloadLength);
        }
        payloadLength = sealedLength;
        int slot = sequence % AudioPacketLayout.BLOCK_DATA;
        first = slot;
        count = 1;
        long at = (long) slot * AudioPacketLayout.MAX_DATAGRAM;
        AudioPacketLayout.writeRtp(memory, at, AudioPacketLayout.TYPE_DATA, sequence, timestamp);
        if (cipher == null) {
            MemorySegment.copy(opus, 0, memory, payloads[slot], length);
        } else {
            MemorySegment.copy(opus, ValueLayout.JAVA_BYTE, 0, plain, 0, length);
            cipher.seal(sequence, plain, length, sealed);
            MemorySegment.copy(sealed, 0, memory, ValueLayout.JAVA_BYTE, payloads[slot], sealedLength);
        }
        if (slot == AudioPacketLayout.BLOCK_DATA - 1) {
            parity();
            count += AudioPacketLayout.BLOCK_PARITY;
        }
        sequence = sequence + 1 & 0xFFFF;
        timestamp += settings.packetMillis();
        return count;
    }

    private void parity() {
        int base = sequence - (AudioPacketLayout.BLOCK_DATA - 1);
        int baseTimestamp = timestamp - (AudioPacketLayout.BLOCK_DATA - 1) * settings.packetMillis();
        code.encode(AudioPacketLayout.BLOCK_DATA, AudioPacketLayout.BLOCK_PARITY, payloadLength, memory, payloads);
        for (int i = 0; i < AudioPacketLayout.BLOCK_PARITY; i++) {
            long at = (long) (AudioPacketLayout.BLOCK_DATA + i) * AudioPacketLayout.MAX_DATAGRAM;
            AudioPacketLayout.writeRtp(memory, at, AudioPacketLayout.TYPE_FEC, sequence + 1 + i, 0);
            AudioPacketLayout.writeFec(memory, at, i, base, baseTimestamp);
        }
    }

    /** The memory the datagrams are in; freed by {@link #close()}. */
    public MemorySegment memory() {
        return memory;
    }

    /** Where a datagram of the last call begins. */
    public long offset(int datagram) {
        return (long) (first + datagram) * AudioPacketLayout.MAX_DATAGRAM;
    }

    /** Bytes of a datagram of the last call. */
    public int length(int datagram) {
        return AudioPacketLayout.RTP_LENGTH + payloadLength + (datagram == 0 ? 0 : AudioPacketLayout.FEC_LENGTH);
    }

    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }
}
