package lumen.core.rtsp;

import lumen.core.crypto.AesGcm;

/**
 * The cipher state of one launch on either side: seals with an own counter that never repeats, opens only
 * sequence numbers greater than every one before. The counters outlive connections: they belong to the key.
 *
 * <p>Thread-safe: two connections of one launch may arrive at once.
 */
public final class RtspCipher {
    /** Who seals with this instance. */
    public enum Side {
        CLIENT('C'), HOST('H');

        private final byte origin;

        Side(char origin) {
            this.origin = (byte) origin;
        }
    }

    /** What came of a frame. */
    public sealed interface Opened {
        /** The plaintext. */
        record Message(byte[] plain) implements Opened {
        }

        /** Refused. */
        record Refused(Refusal why) implements Opened {
        }
    }

    /** Why a frame was refused; WRONG_KEY also means "try the next launch". */
    public enum Refusal { PLAIN, LENGTH, WRONG_KEY, REPLAYED }

    private static final int IV_LENGTH = 12;
    private static final int ORIGIN_OFFSET = 10;
    private static final int STREAM_OFFSET = 11;

    private final AesGcm gcm;
    private final Side side;
    private final Side peer;
    private int nextSequence = 1;
    private long lastPeerSequence;

    /** @param key 16 bytes; copied */
    public RtspCipher(byte[] key, Side side) {
        gcm = new AesGcm(key);
        this.side = side;
        peer = side == Side.HOST ? Side.CLIENT : Side.HOST;
    }

    /** The next frame of this side. */
    public synchronized byte[] seal(byte[] plain) {
        if (nextSequence == 0) {
            throw new IllegalStateException("this launch has used all its sequence numbers");
        }
        byte[] frame = new byte[RtspFrame.PAYLOAD_OFFSET + plain.length];
        RtspFrame.word(frame, 0, RtspFrame.ENCRYPTED | plain.length);
        RtspFrame.word(frame, RtspFrame.SEQUENCE_OFFSET, nextSequence);
        gcm.seal(iv(side, nextSequence), plain, 0, plain.length, frame, RtspFrame.TAG_OFFSET, RtspFrame.PAYLOAD_OFFSET);
        nextSequence++;
        return frame;
    }

    /** Opens a whole frame of the other side: header, tag and exactly as much ciphertext as stated. */
    public synchronized Opened open(byte[] frame) {
        if (frame.length == 0 || !RtspFrame.isEncrypted(frame[0])) {
            return new Opened.Refused(Refusal.PLAIN);
        }
        if (frame.length <= RtspFrame.PAYLOAD_OFFSET || RtspFrame.payloadLength(frame) != frame.length - RtspFrame.PAYLOAD_OFFSET) {
            return new Opened.Refused(Refusal.LENGTH);
        }
        int sequence = RtspFrame.word(frame, RtspFrame.SEQUENCE_OFFSET);
        byte[] plain = new byte[frame.length - RtspFrame.PAYLOAD_OFFSET];
        if (!gcm.open(iv(peer, sequence), frame, RtspFrame.TAG_OFFSET, RtspFrame.PAYLOAD_OFFSET, plain.length, plain, 0)) {
            return new Opened.Refused(Refusal.WRONG_KEY);
        }
        if (Integer.toUnsignedLong(sequence) <= lastPeerSequence) {
            return new Opened.Refused(Refusal.REPLAYED);
        }
        lastPeerSequence = Integer.toUnsignedLong(sequence);
        return new Opened.Message(plain);
    }

    /** 12 bytes: sequence little-endian, zeros, who and which stream. */
    static byte[] iv(Side side, int sequence) {
        byte[] iv = new byte[IV_LENGTH];
        iv[0] = (byte) sequence;
        iv[1] = (byte) (sequence >>> 8);
        iv[2] = (byte) (sequence >>> 16);
        iv[3] = (byte) (sequence >>> 24);
        iv[ORIGIN_OFFSET] = side.origin;
        iv[STREAM_OFFSET] = 'R';
        return iv;
    }
}
