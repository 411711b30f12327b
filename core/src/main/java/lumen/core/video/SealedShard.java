package lumen.core.video;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import lumen.core.crypto.AesGcm;

/**
 * Encrypts and decrypts whole shards (streams.md 1.7): 12-byte IV, frame index in clear, tag, ciphertext.
 * Copies through a heap array, where the JDK's cipher is fastest. Not thread-safe.
 */
final class SealedShard {
    static final int PREFIX = 32;
    private static final int IV_LENGTH = 12;
    private static final int FRAME_INDEX_OFFSET = 12;
    private static final int TAG_OFFSET = 16;

    private static final VarHandle LONG_LE =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT_LE = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final AesGcm cipher;
    private final byte[] iv = new byte[IV_LENGTH];
    private final byte[] packet;
    private long counter;

    SealedShard(byte[] key, int shardLength) {
        cipher = new AesGcm(key);
        packet = new byte[PREFIX + shardLength];
    }

    /** Seals the shard at {@code at + PREFIX} in place and writes the prefix at {@code at}. */
    void seal(MemorySegment memory, long at, int frameIndex) {
        int length = packet.length - PREFIX;
        // Byte 11 keeps these IVs apart from the control stream's, which shares the key.
        LONG_LE.set(iv, 0, counter++);
        iv[11] = 'V';
        MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, at + PREFIX, packet, PREFIX, length);
        cipher.seal(iv, packet, PREFIX, length, packet, TAG_OFFSET, PREFIX);
        System.arraycopy(iv, 0, packet, 0, IV_LENGTH);
        MemorySegment.copy(packet, 0, memory, ValueLayout.JAVA_BYTE, at, packet.length);
        memory.set(INT_LE, at + FRAME_INDEX_OFFSET, frameIndex);
    }

    /** Opens a datagram of {@code PREFIX + shardLength} bytes into {@code out}; false if it is forged. */
    boolean open(MemorySegment datagram, long at, MemorySegment out, long outAt) {
        int length = packet.length - PREFIX;
        MemorySegment.copy(datagram, ValueLayout.JAVA_BYTE, at, packet, 0, packet.length);
        System.arraycopy(packet, 0, iv, 0, IV_LENGTH);
        if (!cipher.open(iv, packet, TAG_OFFSET, PREFIX, length, packet, PREFIX)) {
            return false;
        }
        MemorySegment.copy(packet, PREFIX, out, ValueLayout.JAVA_BYTE, outAt, length);
        return true;
    }

    static int frameIndex(MemorySegment datagram, long at) {
        return datagram.get(INT_LE, at + FRAME_INDEX_OFFSET);
    }
}
