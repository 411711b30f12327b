package lumen.core.control;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;
import lumen.core.crypto.AesGcm;
import lumen.core.metrics.EventCounters;

/**
 * One end of an encrypted control stream (streams reference, 4.1 and 4.2): counts sequence numbers, seals
 * what is sent, opens what arrives. Lives as long as the session's key, over all its connections, so that
 * no number is ever used twice. Confined to one thread.
 */
public final class ControlCipher {
    private static final int TYPE = 0;
    private static final int LENGTH = 2;
    private static final int SEQUENCE = 4;
    private static final int TAG = 8;
    private static final int CIPHERTEXT = TAG + AesGcm.TAG_LENGTH;
    private static final int ENCRYPTED = 0x0001;
    /** Sequence, tag and the header of the message inside. */
    private static final int MIN_LENGTH = 4 + AesGcm.TAG_LENGTH + ControlFormat.HEADER_LENGTH;
    /** The length field has 16 bits and counts sequence and tag. */
    private static final int MAX_MESSAGE = 0xFFFF - 4 - AesGcm.TAG_LENGTH;

    /** How initialisation vectors are built. */
    public enum Version {
        /** 16 bytes that repeat every 256 messages, the same in both directions. Only for clients that can't do better. */
        V1,
        /** 12 bytes that name the direction. */
        V2
    }

    /** Which end of the stream this is. */
    public enum Side {
        CLIENT('C'), HOST('H');

        private final byte letter;

        Side(char letter) {
            this.letter = (byte) letter;
        }

        private Side other() {
            return this == CLIENT ? HOST : CLIENT;
        }
    }

    private final Version version;
    private final Side side;
    private final AesGcm sealing;
    private final AesGcm opening;
    private final EventCounters<ControlDrop> drops;
    private final ReplayWindow replays = new ReplayWindow();
    private long nextSequence;

    /** @param key the session's 16 bytes; copied */
    public ControlCipher(byte[] key, Version version, Side side, EventCounters<ControlDrop> drops) {
        this.version = version;
        this.side = side;
        this.drops = drops;
        sealing = new AesGcm(key);
        opening = new AesGcm(key);
    }

    /**
     * The packet for a message.
     *
     * @throws IllegalStateException  if all 2³² sequence numbers of the key are used up
     */
    public byte[] seal(byte[] message) {
        if (message.length > MAX_MESSAGE) {
            throw new IllegalArgumentException("control message of " + message.length + " bytes, at most " + MAX_MESSAGE);
        }
        if (nextSequence > 0xFFFF_FFFFL) {
            throw new IllegalStateException("the control stream's key is used up");
        }
        int sequence = (int) nextSequence++;
        byte[] packet = new byte[CIPHERTEXT + message.length];
        ByteBuffer.wrap(packet).order(ByteOrder.LITTLE_ENDIAN).putShort(TYPE, (short) ENCRYPTED)
                .putShort(LENGTH, (short) (packet.length - SEQUENCE)).putInt(SEQUENCE, sequence);
        sealing.seal(iv(sequence, side), message, 0, message.length, packet, TAG, CIPHERTEXT);
        return packet;
    }

    /** The message in a packet; empty if it isn't genuine, whole and new (counted). */
    public Optional<byte[]> open(byte[] packet) {
        if (packet.length < LENGTH) {
            return drop(ControlDrop.RUNT);
        }
        ByteBuffer p = ByteBuffer.wrap(packet).order(ByteOrder.LITTLE_ENDIAN);
        if (p.getShort(TYPE) != ENCRYPTED) {
            return drop(ControlDrop.UNENCRYPTED);
        }
        if (packet.length < SEQUENCE + MIN_LENGTH) {
            return drop(ControlDrop.RUNT);
        }
        if ((p.getShort(LENGTH) & 0xFFFF) != packet.length - SEQUENCE) {
            return drop(ControlDrop.LENGTH_MISMATCH);
        }
        int sequence = p.getInt(SEQUENCE);
        long number = sequence & 0xFFFF_FFFFL;
        byte[] message = new byte[packet.length - CIPHERTEXT];
        if (!opening.open(iv(sequence, side.other()), packet, TAG, CIPHERTEXT, message.length, message, 0)) {
            return drop(ControlDrop.BAD_TAG);
        }
        if (!replays.fresh(number)) {
            return drop(ControlDrop.REPLAYED);
        }
        replays.note(number);
        return Optional.of(message);
    }

    private Optional<byte[]> drop(ControlDrop reason) {
        drops.count(reason);
        return Optional.empty();
    }

    private byte[] iv(int sequence, Side origin) {
        if (version == Version.V1) {
            byte[] iv = new byte[16];
            iv[0] = (byte) sequence;
            return iv;
        }
        byte[] iv = Arrays.copyOf(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(sequence).array(), 12);
        iv[10] = origin.letter;
        iv[11] = 'C';
        return iv;
    }
}
