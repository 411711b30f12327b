package lumen.host.identity;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * A client that may use this host.
 *
 * @param certificate DER of its certificate, the only thing that identifies it; not to be changed
 * @param name        what the user calls it
 * @param pairedAt    when it was paired
 */
public record PairedClient(byte[] certificate, String name, Instant pairedAt) {

    /** SHA-256 of the certificate, 64 hex digits. */
    public String fingerprint() {
        return fingerprint(certificate);
    }

    /** SHA-256 of a certificate's DER, 64 hex digits. */
    public static String fingerprint(byte[] der) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(der));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PairedClient c && Arrays.equals(certificate, c.certificate) && name.equals(c.name)
                && pairedAt.equals(c.pairedAt);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(certificate);
    }
}
