package lumen.host.identity;

import java.time.Instant;
import java.util.Arrays;
import lumen.core.pairing.PemCertificate;

/**
 * A client that proved the PIN. Its certificate's bytes are its whole identity; name and time are for people.
 *
 * @param fingerprint SHA-256 of the certificate in lower-case hex
 * @param der the certificate; not copied
 */
public record PairedClient(String name, Instant pairedAt, String fingerprint, byte[] der) {
    public static PairedClient of(String name, Instant pairedAt, byte[] der) {
        return new PairedClient(name, pairedAt, PemCertificate.fingerprint(der), der.clone());
    }

    boolean is(byte[] presented) {
        return Arrays.equals(der, presented);
    }
}
