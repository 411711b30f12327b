package lumen.host.http;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import lumen.host.identity.HostIdentity;
import lumen.host.state.StateException;

/**
 * TLS with the host's one certificate. Asks for a client certificate and accepts any or none: who may do what
 * is decided per request by the certificate's bytes, so that a refusal can be an XML 401 and not a dropped
 * connection. TLS itself proves that the client holds the key.
 */
final class TlsContext {
    private final SSLContext context;

    TlsContext(HostIdentity identity) {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            char[] password = new char[0];
            store.load(null, password);
            store.setKeyEntry("host", identity.key(), password, new Certificate[] {identity.certificate()});
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, password);
            context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), new TrustManager[] {new AnyCertificate()}, null);
        } catch (GeneralSecurityException | IOException e) {
            throw new StateException("TLS can't use the host certificate: " + e.getMessage(), e);
        }
    }

    /** An engine for one accepted connection. */
    SSLEngine engine() {
        SSLEngine engine = context.createSSLEngine();
        engine.setUseClientMode(false);
        engine.setWantClientAuth(true);
        engine.setEnabledProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
        // "" = no ALPN rather than a failed handshake for a client that offers something else only.
        engine.setHandshakeApplicationProtocolSelector((e, offered) -> offered.contains("http/1.1") ? "http/1.1" : "");
        return engine;
    }

    /** The Extended class on purpose: the plain interface is wrapped with algorithm checks that some clients fail. */
    private static final class AnyCertificate extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) {
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket) {
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
