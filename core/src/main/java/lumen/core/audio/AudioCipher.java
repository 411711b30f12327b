package lumen.core.audio;

import lumen.core.crypto.AesCbc;

/** AES-CBC with the audio stream's IVs: {@code rikeyid + sequence}, big-endian, then zeros (streams.md 2.4). */
final class AudioCipher {
    private final AesCbc cipher;
    private final int keyId;
    private final byte[] iv = new byte[16];

    AudioCipher(AudioPacketSettings settings) {
        cipher = new AesCbc(settings.key());
        keyId = settings.keyId();
    }

    int seal(int sequence, byte[] plain, int length, byte[] out) {
        return cipher.seal(iv(sequence), plain, 0, length, out, 0);
    }

    int open(int sequence, byte[] sealed, int length, byte[] out) {
        return cipher.open(iv(sequence), sealed, 0, length, out, 0);
    }

    private byte[] iv(int sequence) {
        int seed = keyId + (sequence & 0xFFFF);
        iv[0] = (byte) (seed >>> 24);
        iv[1] = (byte) (seed >>> 16);
        iv[2] = (byte) (seed >>> 8);
        iv[3] = (byte) seed;
        return iv;
    }
}
