package lumen.host;

import java.io.IOException;
import java.math.BigInteger;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import lumen.core.pairing.PemCertificate;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.X509v1CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v1CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Client identities as devices make them, fresh for each test. */
public record TestCertificates(X509Certificate certificate, PrivateKey key) {
    private static final String NAME = "CN=NVIDIA GameStream Client";

    public static TestCertificates client() {
        return selfSigned(Instant.now().minus(Duration.ofDays(1)), Instant.now().plus(Duration.ofDays(7300)));
    }

    public static TestCertificates expired() {
        return selfSigned(Instant.now().minus(Duration.ofDays(30)), Instant.now().minus(Duration.ofDays(2)));
    }

    public static TestCertificates version1() {
        try {
            KeyPair pair = pair();
            X509v1CertificateBuilder builder = new JcaX509v1CertificateBuilder(new X500Name(NAME), BigInteger.ZERO,
                Date.from(Instant.now()), Date.from(Instant.now().plus(Duration.ofDays(7300))), new X500Name(NAME), pair.getPublic());
            return new TestCertificates(new JcaX509CertificateConverter()
                .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withRSA").build(pair.getPrivate()))), pair.getPrivate());
        } catch (GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A certificate of an own key that this one's key has signed. */
    public TestCertificates signs() {
        return make(pair(), key, Instant.now().minus(Duration.ofDays(1)), Instant.now().plus(Duration.ofDays(1)));
    }

    private static TestCertificates selfSigned(Instant from, Instant to) {
        KeyPair pair = pair();
        return make(pair, pair.getPrivate(), from, to);
    }

    private static TestCertificates make(KeyPair pair, PrivateKey signer, Instant from, Instant to) {
        try {
            X500Name name = new X500Name(NAME);
            var builder = new JcaX509v3CertificateBuilder(name, BigInteger.ZERO, Date.from(from), Date.from(to), name, pair.getPublic());
            return new TestCertificates(new JcaX509CertificateConverter()
                .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withRSA").build(signer))), pair.getPrivate());
        } catch (GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyPair pair() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    public byte[] der() {
        try {
            return certificate.getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    public byte[] pem() {
        return PemCertificate.encode(der());
    }

    public String fingerprint() {
        return PemCertificate.fingerprint(der());
    }

    /** A client's TLS with this identity; trusts any host. */
    public SSLContext tls() {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, new char[0]);
            store.setKeyEntry("client", key, new char[0], new Certificate[] {certificate});
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, new char[0]);
            return tls(keys.getKeyManagers());
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    public static SSLContext anonymousTls() {
        return tls(new KeyManager[0]);
    }

    private static SSLContext tls(KeyManager[] keys) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys, new TrustManager[] {new TrustAny()}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static final class TrustAny extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
