package lumen.core.crypto;

import java.security.GeneralSecurityException;
import java.security.spec.AlgorithmParameterSpec;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * AES-128-GCM with a 16-byte tag and no additional data. Works on heap arrays, where the JDK's cipher is
 * fastest; it allocates about 1 KB a call inside the JDK. Not thread-safe: one instance a thread.
 */
public final class AesGcm {
    /** Bytes of the authentication tag. */
    public static final int TAG_LENGTH = 16;
    /** Bytes of the key. */
    public static final int KEY_LENGTH = 16;

    private static final int TAG_BITS = TAG_LENGTH * 8;

    private final SecretKeySpec key;
    private final Cipher cipher;
    private byte[] scratch = new byte[2048];

    /** @param key 16 bytes; copied */
    public AesGcm(byte[] key) {
        if (key.length != KEY_LENGTH) {
            throw new IllegalArgumentException("AES-128 key of " + key.length + " bytes");
        }
        this.key = new SecretKeySpec(key, "AES");
        try {
            cipher = Cipher.getInstance("AES/GCM/NoPadding");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has AES/GCM", e);
        }
    }

    /**
     * Encrypts. Writes the tag to {@code out[tagAt..tagAt+16)} and as many bytes as there is plaintext to
     * {@code out[cipherAt..)}. Plaintext and output may overlap.
     *
     * @param iv never used before with this key: 12 bytes, or 16 for old control streams
     * @throws IllegalArgumentException if the same iv is used twice in a row
     */
    public void seal(byte[] iv, byte[] plain, int plainAt, int length, byte[] out, int tagAt, int cipherAt) {
        try {
            cipher.init(Cipher.ENCRYPT_MODE, key, parameters(iv));
            byte[] sealed = scratch(length + TAG_LENGTH);
            cipher.doFinal(plain, plainAt, length, sealed, 0);
            System.arraycopy(sealed, 0, out, cipherAt, length);
            System.arraycopy(sealed, length, out, tagAt, TAG_LENGTH);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("AES-GCM can't encrypt: " + e.getMessage(), e);
        }
    }

    /**
     * Decrypts and verifies.
     *
     * @return false if the tag is wrong; {@code out} is unchanged then
     */
    public boolean open(byte[] iv, byte[] in, int tagAt, int cipherAt, int length, byte[] out, int outAt) {
        try {
            cipher.init(Cipher.DECRYPT_MODE, key, parameters(iv));
            byte[] sealed = scratch(2 * length + TAG_LENGTH);
            System.arraycopy(in, cipherAt, sealed, 0, length);
            System.arraycopy(in, tagAt, sealed, length, TAG_LENGTH);
            cipher.doFinal(sealed, 0, length + TAG_LENGTH, sealed, length + TAG_LENGTH);
            System.arraycopy(sealed, length + TAG_LENGTH, out, outAt, length);
            return true;
        } catch (AEADBadTagException e) {
            return false;
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("AES-GCM can't decrypt: " + e.getMessage(), e);
        }
    }

    private static AlgorithmParameterSpec parameters(byte[] iv) {
        return new GCMParameterSpec(TAG_BITS, iv);
    }

    private byte[] scratch(int length) {
        if (scratch.length < length) {
            scratch = new byte[Math.max(length, 2 * scratch.length)];
        }
        return scratch;
    }
}
