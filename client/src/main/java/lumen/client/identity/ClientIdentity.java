package lumen.client.identity;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * The key pair and self-signed certificate a client pairs with: RSA-2048, SHA-256, 20 years, as every
 * GameStream client has it (control-plane.md 2.4). The certificate is its identity, nothing else.
 *
 * @param certificate what the host stores
 * @param key         signs the pairing secret and the TLS handshakes
 */
public record ClientIdentity(X509Certificate certificate, PrivateKey key) {
    /** The subject of every client's certificate. */
    public static final String SUBJECT = "CN=NVIDIA GameStream Client";

    private static final int KEY_BITS = 2048;
    private static final int YEARS = 20;

    /** Makes a new identity; takes up to a second. */
    public static ClientIdentity generate() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(KEY_BITS);
            KeyPair pair = generator.generateKeyPair();
            Instant now = Instant.now();
            X500Name name = new X500Name(SUBJECT);
            JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(name,
                    new BigInteger(63, new SecureRandom()).add(BigInteger.ONE), Date.from(now),
                    Date.from(now.atZone(ZoneOffset.UTC).plusYears(YEARS).toInstant()), name, pair.getPublic());
            X509Certificate certificate = new JcaX509CertificateConverter().getCertificate(
                    builder.build(new JcaContentSignerBuilder("SHA256withRSA").build(pair.getPrivate())));
            return new ClientIdentity(certificate, pair.getPrivate());
        } catch (GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalStateException("every Java platform signs with SHA256withRSA", e);
        }
    }

    /** The certificate as PEM text in ASCII, the form it has in the pairing. */
    public byte[] certificatePem() {
        return Pem.encode(Pem.CERTIFICATE, encoded()).getBytes(StandardCharsets.US_ASCII);
    }

    private byte[] encoded() {
        try {
            return certificate.getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a parsed certificate has an encoding", e);
        }
    }
}
