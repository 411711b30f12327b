package lumen.core.audio;

/**
 * What both ends agreed about audio datagrams.
 *
 * @param packetMillis  time each packet covers: 5 or 10
 * @param key           16 bytes if audio is encrypted, else {@code null}; not copied
 * @param keyId         the client's {@code rikeyid}, which seeds the IVs; unused without a key
 */
public record AudioPacketSettings(int packetMillis, byte[] key, int keyId) {
    public AudioPacketSettings {
        if (packetMillis != 5 && packetMillis != 10) {
            throw new IllegalArgumentException("audio packet duration " + packetMillis + " ms, allowed: 5, 10");
        }
    }

    /** Largest Opus packet whose datagrams, encrypted or not, stay within the client's buffer. */
    public int largestOpusPacket() {
        return key == null ? AudioPacketLayout.MAX_PAYLOAD : AudioPacketLayout.MAX_PAYLOAD / 16 * 16 - 1;
    }
}
