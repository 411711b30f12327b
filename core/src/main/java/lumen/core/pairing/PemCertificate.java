package lumen.core.pairing;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/**
 * The one PEM certificate that each side of a pairing sends, read strictly: one block, at most 8 KiB, RSA of
 * at least 2048 bits; any X.509 version, serial and dates, since clients without a clock exist.
 */
public final class PemCertificate {
    public static final int MAX_BYTES = 8 * 1024;

    private static final int MIN_RSA_BITS = 2048;
    private static final int MAX_RSA_BITS = 16384;
    private static final String BEGIN = "-----BEGIN CERTIFICATE-----";
    private static final String END = "-----END CERTIFICATE-----";

    private PemCertificate() {
    }

    /** @throws PairingException BAD_CERTIFICATE with what is wrong about it */
    public static X509Certificate parse(byte[] pem) throws PairingException {
        if (pem.length > MAX_BYTES) {
            throw bad("is longer than " + MAX_BYTES + " bytes");
        }
        String text = new String(pem, StandardCharsets.ISO_8859_1).strip();
        if (!text.startsWith(BEGIN) || !text.endsWith(END) || text.indexOf("-----", BEGIN.length()) != text.length() - END.length()) {
            throw bad("is not exactly one PEM certificate");
        }
        X509Certificate certificate;
        try {
            byte[] der = Base64.getMimeDecoder().decode(text.substring(BEGIN.length(), text.length() - END.length()));
            certificate = (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
            if (!Arrays.equals(der, certificate.getEncoded())) {
                throw bad("has bytes after the certificate");
            }
        } catch (IllegalArgumentException | CertificateException e) {
            throw bad("can't be read");
        }
        if (!(certificate.getPublicKey() instanceof RSAPublicKey rsa)
            || rsa.getModulus().bitLength() < MIN_RSA_BITS || rsa.getModulus().bitLength() > MAX_RSA_BITS) {
            throw bad("has no RSA key of " + MIN_RSA_BITS + " bits or more");
        }
        return certificate;
    }

    /** PEM text with LF line ends and one at the end, the form of the reference vector. */
    public static byte[] encode(byte[] der) {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return (BEGIN + "\n" + body + "\n" + END + "\n").getBytes(StandardCharsets.US_ASCII);
    }

    /** SHA-256 of the DER form in lower-case hex: for people and as a map key, not a proof of anything. */
    public static String fingerprint(byte[] der) {
        return HexFormat.of().formatHex(PairingCrypto.sha256(der));
    }

    private static PairingException bad(String what) {
        return new PairingException(PairingException.Reason.BAD_CERTIFICATE, "the certificate " + what);
    }
}
