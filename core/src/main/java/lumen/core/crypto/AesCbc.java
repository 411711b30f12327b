package lumen.core.crypto;

import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * AES-128-CBC with PKCS#7 padding, the cipher of the audio stream. Not thread-safe: one instance a thread.
 */
public final class AesCbc {
    private static final int BLOCK = 16;

    private final SecretKeySpec key;
    private final Cipher cipher;

    /** @param key 16 bytes; copied */
    public AesCbc(byte[] key) {
        if (key.length != AesGcm.KEY_LENGTH) {
            throw new IllegalArgumentException("AES-128 key of " + key.length + " bytes");
        }
        this.key = new SecretKeySpec(key, "AES");
        try {
            cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has AES/CBC", e);
        }
    }

    /** Bytes of ciphertext for that many bytes of plaintext: always padded, by 1 to 16 bytes. */
    public static int sealedLength(int plainLength) {
        return (plainLength / BLOCK + 1) * BLOCK;
    }

    /**
     * Encrypts into {@code out[outAt..)}.
     *
     * @param iv 16 bytes
     * @return {@link #sealedLength} bytes written
     */
    public int seal(byte[] iv, byte[] plain, int plainAt, int length, byte[] out, int outAt) {
        try {
            cipher.init(Cipher.ENCRYPT_MODE, key, new IvParameterSpec(iv));
            return cipher.doFinal(plain, plainAt, length, out, outAt);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("AES-CBC can't encrypt: " + e.getMessage(), e);
        }
    }

    /**
     * Decrypts into {@code out[outAt..)}, which needs room for {@code length} bytes.
     *
     * @param iv 16 bytes
     * @return bytes of plaintext, or -1 if length or padding is wrong
     */
    public int open(byte[] iv, byte[] in, int inAt, int length, byte[] out, int outAt) {
        if (length == 0 || length % BLOCK != 0) {
            return -1;
        }
        try {
            cipher.init(Cipher.DECRYPT_MODE, key, new IvParameterSpec(iv));
            return cipher.doFinal(in, inAt, length, out, outAt);
        } catch (GeneralSecurityException e) {
            return -1;
        }
    }
}
