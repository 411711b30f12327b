package lumen.host.identity;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPrivateKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.Optional;
import java.util.UUID;
import lumen.core.pairing.PemCertificate;
import lumen.host.state.StateException;
import lumen.host.state.StateFile;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * The host's key, its self-signed certificate, and the id that client databases know it by. Made once; every
 * client pins the certificate, so it is never renewed silently. Immutable.
 */
public final class HostIdentity {
    private static final String FILE = "identity.pem";
    private static final String ID_FILE = "unique-id";
    private static final String KEY_BEGIN = "-----BEGIN PRIVATE" + " KEY-----";
    private static final String KEY_END = "-----END PRIVATE" + " KEY-----";
    private static final Duration VALIDITY = Duration.ofDays(20 * 365);
    private static final int SERIAL_BITS = 159;

    private final X509Certificate certificate;
    private final byte[] pem;
    private final PrivateKey key;
    private final String uniqueId;

    private HostIdentity(X509Certificate certificate, PrivateKey key, String uniqueId) {
        this.certificate = certificate;
        this.key = key;
        this.uniqueId = uniqueId;
        pem = PemCertificate.encode(der(certificate));
    }

    /**
     * Reads the identity, or makes it if the folder has none.
     *
     * @throws StateException if it is damaged or half of it is missing: a new one would unpair every client
     */
    public static HostIdentity open(Path stateFolder) {
        StateFile idFile = new StateFile(stateFolder.resolve(ID_FILE));
        StateFile pemFile = new StateFile(stateFolder.resolve(FILE));
        Optional<byte[]> id = idFile.read();
        Optional<byte[]> stored = pemFile.read();
        if (stored.isPresent()) {
            String uniqueId = id.map(bytes -> new String(bytes, StandardCharsets.US_ASCII).strip())
                .orElseThrow(() -> new StateException(idFile.path() + " is missing beside " + FILE + "; restore it from a backup"));
            return read(pemFile.path(), stored.get(), checked(idFile.path(), uniqueId));
        }
        if (new StateFile(stateFolder.resolve(ClientStore.FILE)).read().isPresent()) {
            throw new StateException(pemFile.path() + " is missing though clients are paired; restore it from a backup, or delete "
                + ClientStore.FILE + " to start anew");
        }
        // The id first: a crash between the two writes leaves an id without clients, which is reused.
        String uniqueId = id.map(bytes -> checked(idFile.path(), new String(bytes, StandardCharsets.US_ASCII).strip()))
            .orElseGet(() -> UUID.randomUUID().toString());
        idFile.write((uniqueId + "\n").getBytes(StandardCharsets.US_ASCII));
        HostIdentity made = make(uniqueId);
        pemFile.write(made.stored());
        return made;
    }

    public X509Certificate certificate() {
        return certificate;
    }

    /** The certificate as PEM text: what pairing hands out, byte-equal to what TLS presents. */
    public byte[] pem() {
        return pem.clone();
    }

    public PrivateKey key() {
        return key;
    }

    /** A random UUID, the key of this host in every client's database. */
    public String uniqueId() {
        return uniqueId;
    }

    private byte[] stored() {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key.getEncoded());
        return (new String(pem, StandardCharsets.US_ASCII) + KEY_BEGIN + "\n" + body + "\n" + KEY_END + "\n").getBytes(StandardCharsets.US_ASCII);
    }

    private static HostIdentity make(String uniqueId) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            KeyPair pair = generator.generateKeyPair();
            X500Name name = new X500Name("CN=lumen");
            // A day back: the clocks of client devices lag.
            Instant from = Instant.now().minus(Duration.ofDays(1));
            BigInteger serial = new BigInteger(SERIAL_BITS, new SecureRandom()).setBit(0);
            var builder = new JcaX509v3CertificateBuilder(name, serial, Date.from(from), Date.from(from.plus(VALIDITY)), name, pair.getPublic());
            X509Certificate certificate = new JcaX509CertificateConverter()
                .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withRSA").build(pair.getPrivate())));
            return new HostIdentity(certificate, pair.getPrivate(), uniqueId);
        } catch (GeneralSecurityException | OperatorCreationException e) {
            throw new StateException("the host certificate can't be made: " + e.getMessage(), e);
        }
    }

    private static HostIdentity read(Path file, byte[] bytes, String uniqueId) {
        String text = new String(bytes, StandardCharsets.US_ASCII);
        int at = text.indexOf(KEY_BEGIN);
        int end = text.indexOf(KEY_END);
        if (at < 0 || end < at) {
            throw damaged(file, "it holds no private key", null);
        }
        try {
            byte[] certificateDer = Base64.getMimeDecoder().decode(text.substring(0, at).replaceAll("-----[A-Z ]+-----", ""));
            X509Certificate certificate = (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(certificateDer));
            byte[] keyDer = Base64.getMimeDecoder().decode(text.substring(at + KEY_BEGIN.length(), end));
            PrivateKey key = KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(keyDer));
            if (!((RSAPrivateKey) key).getModulus().equals(((RSAPublicKey) certificate.getPublicKey()).getModulus())) {
                throw damaged(file, "its key doesn't belong to its certificate", null);
            }
            return new HostIdentity(certificate, key, uniqueId);
        } catch (GeneralSecurityException | IllegalArgumentException | ClassCastException e) {
            throw damaged(file, e.getMessage(), e);
        }
    }

    private static String checked(Path file, String uniqueId) {
        try {
            return UUID.fromString(uniqueId).toString();
        } catch (IllegalArgumentException e) {
            throw damaged(file, "it holds no UUID", e);
        }
    }

    private static StateException damaged(Path file, String why, Throwable cause) {
        return new StateException(file + " is damaged (" + why + "); restore it from a backup", cause);
    }

    private static byte[] der(X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (CertificateException e) {
            throw new StateException("the host certificate has no DER form", e);
        }
    }
}
