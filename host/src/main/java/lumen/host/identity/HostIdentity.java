package lumen.host.identity;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.UUID;
import lumen.host.state.AtomicFile;
import lumen.host.state.StateException;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * The host's certificate, private key and unique id. Made once: clients pin the certificate when they
 * pair, so a damaged file stops the start instead of being replaced silently.
 *
 * @param certificate self-signed, RSA-2048, SHA-256, 20 years
 * @param key         its private key
 * @param pem         the certificate as PEM, exactly as handed out in pairing
 * @param uniqueId    under which clients remember this host
 */
public record HostIdentity(X509Certificate certificate, PrivateKey key, String pem, String uniqueId) {
    private static final int KEY_BITS = 2048;
    private static final int SERIAL_BITS = 159;
    private static final Duration VALIDITY = Duration.ofDays(365L * 20);
    private static final Duration CLOCK_SKEW = Duration.ofDays(1);
    private static final String CERTIFICATE = "CERTIFICATE";
    private static final String PRIVATE_KEY = "PRIVATE KEY";

    /**
     * Reads the identity in a state folder, or creates it there if the folder holds none at all.
     *
     * @throws StateException if it is there but can't be used
     */
    public static HostIdentity loadOrCreate(Path folder) {
        Path certificateFile = folder.resolve("host-certificate.pem");
        Path keyFile = folder.resolve("host-key.pem");
        Path idFile = folder.resolve("unique-id");
        try {
            if (!Files.exists(certificateFile) && !Files.exists(keyFile)) {
                create(certificateFile, keyFile);
            }
            if (!Files.exists(idFile)) {
                AtomicFile.write(idFile, (UUID.randomUUID() + "\n").getBytes(StandardCharsets.US_ASCII));
            }
            String pem = Files.readString(certificateFile);
            X509Certificate certificate = (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(Pem.read(CERTIFICATE, pem)));
            PrivateKey key = KeyFactory.getInstance("RSA")
                    .generatePrivate(new PKCS8EncodedKeySpec(Pem.read(PRIVATE_KEY, Files.readString(keyFile))));
            requirePair(certificate, key);
            return new HostIdentity(certificate, key, pem, UUID.fromString(Files.readString(idFile).strip()).toString());
        } catch (IOException | GeneralSecurityException | IllegalArgumentException | OperatorCreationException e) {
            throw new StateException("the host's identity in " + folder + " is damaged (" + e.getMessage()
                    + "); restore host-certificate.pem, host-key.pem and unique-id from a backup, or delete all three"
                    + " and pair every client again");
        }
    }

    private static void create(Path certificateFile, Path keyFile)
            throws GeneralSecurityException, IOException, OperatorCreationException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(KEY_BITS);
        KeyPair pair = generator.generateKeyPair();
        X500Name name = new X500Name("CN=lumen");
        Instant now = Instant.now();
        X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(name,
                new BigInteger(SERIAL_BITS, new SecureRandom()), Date.from(now.minus(CLOCK_SKEW)),
                Date.from(now.plus(VALIDITY)), name, pair.getPublic());
        ContentSigner signer = new JcaContentSignerBuilder("SHA256withRSA").build(pair.getPrivate());
        byte[] der = builder.build(signer).getEncoded();
        // The key first: a certificate without its key would be taken for a damaged identity.
        AtomicFile.write(keyFile, Pem.write(PRIVATE_KEY, pair.getPrivate().getEncoded()).getBytes(StandardCharsets.US_ASCII));
        AtomicFile.write(certificateFile, Pem.write(CERTIFICATE, der).getBytes(StandardCharsets.US_ASCII));
    }

    private static void requirePair(X509Certificate certificate, PrivateKey key) throws GeneralSecurityException {
        byte[] probe = {1, 2, 3};
        Signature signer = Signature.getInstance("SHA256withRSA");
        signer.initSign(key);
        signer.update(probe);
        byte[] signature = signer.sign();
        signer.initVerify(certificate);
        signer.update(probe);
        if (!signer.verify(signature)) {
            throw new GeneralSecurityException("key and certificate don't belong together");
        }
    }
}
