package lumen.core.pairing;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;

/**
 * The arithmetic of pairing that both sides share: key from salt and PIN, independent AES blocks, SHA-256
 * and RSA signatures (control plane, section 4.2). Stateless; any thread.
 */
public final class PairingCrypto {
    public static final int SALT_LENGTH = 16;
    public static final int KEY_LENGTH = 16;
    public static final int SECRET_LENGTH = 16;
    public static final int HASH_LENGTH = 32;
    /** An RSA-2048 signature; clients with longer keys send more. */
    public static final int SIGNATURE_LENGTH = 256;
    /** Signature of an RSA-16384 key: longer ones are refused unread. */
    static final int MAX_SIGNATURE_LENGTH = 2048;

    private static final int PIN_DIGITS = 4;

    private PairingCrypto() {
    }

    /** Whether the text is exactly four ASCII digits, which is what every client shows. */
    public static boolean isPin(String pin) {
        if (pin.length() != PIN_DIGITS) {
            return false;
        }
        return pin.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    /** First 16 bytes of SHA-256(salt ‖ PIN as ASCII). */
    public static byte[] key(byte[] salt, String pin) {
        byte[] digits = new byte[pin.length()];
        for (int i = 0; i < digits.length; i++) {
            digits[i] = (byte) pin.charAt(i);
        }
        return Arrays.copyOf(sha256(salt, digits), KEY_LENGTH);
    }

    /** AES-128 in independent blocks, no padding; the length must be a multiple of 16. */
    public static byte[] encrypt(byte[] key, byte[] plain) {
        return aes(Cipher.ENCRYPT_MODE, key, plain);
    }

    /** Inverse of {@link #encrypt}; with a wrong key it yields noise, never an error. */
    public static byte[] decrypt(byte[] key, byte[] sealed) {
        return aes(Cipher.DECRYPT_MODE, key, sealed);
    }

    public static byte[] sha256(byte[]... parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (byte[] part : parts) {
                digest.update(part);
            }
            return digest.digest();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** RSASSA-PKCS1-v1_5 with SHA-256. */
    public static byte[] sign(PrivateKey key, byte[] message) {
        try {
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(key);
            signature.update(message);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the RSA key can't sign: " + e.getMessage(), e);
        }
    }

    /** Whether the signature is the key's over the message; a malformed signature is a wrong one. */
    public static boolean verify(PublicKey key, byte[] message, byte[] signed) {
        try {
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initVerify(key);
            signature.update(message);
            return signature.verify(signed);
        } catch (SignatureException e) {
            return false;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the RSA key can't verify: " + e.getMessage(), e);
        }
    }

    /**
     * Decodes a hex field of either case.
     *
     * @throws PairingException MALFORMED_FIELD naming the field, never its value
     */
    public static byte[] hex(String field, String text, int minBytes, int maxBytes) throws PairingException {
        if (text.length() % 2 != 0 || text.length() / 2 < minBytes || text.length() / 2 > maxBytes) {
            throw new PairingException(PairingException.Reason.MALFORMED_FIELD,
                field + " has " + text.length() + " characters, not the hex of "
                    + (minBytes == maxBytes ? minBytes + " bytes" : minBytes + " to " + maxBytes + " bytes"));
        }
        try {
            return HexFormat.of().parseHex(text);
        } catch (IllegalArgumentException e) {
            throw new PairingException(PairingException.Reason.MALFORMED_FIELD, field + " is not hexadecimal");
        }
    }

    static byte[] concat(byte[] a, byte[] b) {
        byte[] both = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, both, a.length, b.length);
        return both;
    }

    private static byte[] aes(int mode, byte[] key, byte[] in) {
        try {
            Cipher cipher = Cipher.getInstance("AES/ECB/NoPadding");
            cipher.init(mode, new SecretKeySpec(key, "AES"));
            return cipher.doFinal(in);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("AES blocks: " + e.getMessage(), e);
        }
    }
}
