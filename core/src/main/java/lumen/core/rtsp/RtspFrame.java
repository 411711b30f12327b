package lumen.core.rtsp;

/**
 * Layout of the one frame that each direction of an encrypted RTSP connection carries; big-endian.
 *
 * <pre>
 * 0   4  0x80000000 | n
 * 4   4  sequence number
 * 8  16  AES-GCM tag
 * 24  n  ciphertext
 * </pre>
 */
public final class RtspFrame {
    public static final int SEQUENCE_OFFSET = 4;
    public static final int TAG_OFFSET = 8;
    public static final int PAYLOAD_OFFSET = 24;

    static final int ENCRYPTED = 0x8000_0000;

    private RtspFrame() {
    }

    /** Whether a connection that begins with this byte carries a frame: a plain request begins with a letter. */
    public static boolean isEncrypted(byte first) {
        return first < 0;
    }

    /** Plaintext length that the header states; needs 4 bytes; may be anything up to 2³¹−1. */
    public static int payloadLength(byte[] frame) {
        return word(frame, 0) & ~ENCRYPTED;
    }

    static int word(byte[] bytes, int at) {
        return (bytes[at] & 0xff) << 24 | (bytes[at + 1] & 0xff) << 16 | (bytes[at + 2] & 0xff) << 8 | bytes[at + 3] & 0xff;
    }

    static void word(byte[] bytes, int at, int value) {
        bytes[at] = (byte) (value >>> 24);
        bytes[at + 1] = (byte) (value >>> 16);
        bytes[at + 2] = (byte) (value >>> 8);
        bytes[at + 3] = (byte) value;
    }
}
