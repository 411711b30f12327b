package lumen.client.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import lumen.client.ClientException;
import lumen.client.HostAddress;
import lumen.client.identity.ClientIdentity;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The client against real TLS servers on the loopback. */
class PinningTest {
    private static final ClientIdentity CLIENT = ClientIdentity.generate();
    private static final ClientIdentity HOST = ClientIdentity.generate();
    private static final String APPS = "<root status_code=\"200\"><App><AppTitle>D</AppTitle><ID>1</ID></App></root>";

    /** A server for one connection, and the certificate its client showed. */
    private record Server(SSLServerSocket socket, CompletableFuture<X509Certificate> client) {
        int port() {
            return socket.getLocalPort();
        }
    }

    private static Server serve(String protocol, String answer, Certificate... chain) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("host", HOST.key(), new char[0], chain);
        KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(store, new char[0]);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), new TrustManager[] {new TakesAll()}, null);
        SSLServerSocket socket = (SSLServerSocket) context.getServerSocketFactory()
                .createServerSocket(0, 1, InetAddress.getLoopbackAddress());
        socket.setWantClientAuth(true);
        socket.setEnabledProtocols(new String[] {protocol});
        CompletableFuture<X509Certificate> shown = new CompletableFuture<>();
        Thread.ofPlatform().daemon().start(() -> {
            try (socket; SSLSocket accepted = (SSLSocket) socket.accept()) {
                accepted.startHandshake();
                shown.complete((X509Certificate) accepted.getSession().getPeerCertificates()[0]);
                int newlines = 0;
                for (int c = accepted.getInputStream().read(); c >= 0 && newlines < 2; ) {
                    newlines = c == '\n' ? newlines + 1 : c == '\r' ? newlines : 0;
                    if (newlines < 2) {
                        c = accepted.getInputStream().read();
                    }
                }
                accepted.getOutputStream().write(("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: "
                        + answer.length() + "\r\n\r\n" + answer).getBytes(StandardCharsets.US_ASCII));
            } catch (IOException e) {
                shown.completeExceptionally(e);
            }
        });
        return new Server(socket, shown);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void shouldTalkToTheHostItWasPairedWithAndShowItsCertificate(String protocol) throws Exception {
        Server server = serve(protocol, APPS, HOST.certificate());
        try (HostApi api = new HostApi(new HostAddress("127.0.0.1", 1), CLIENT)) {
            api.pin(HOST.certificate(), server.port());
            assertEquals("D", api.apps().getFirst().title());
        }
        assertArrayEquals(CLIENT.certificate().getEncoded(), server.client().get(5, TimeUnit.SECONDS).getEncoded());
    }

    @Test
    void shouldNotTalkToAHostWithAnotherCertificate() throws Exception {
        Server server = serve("TLSv1.3", APPS, HOST.certificate());
        try (HostApi api = new HostApi(new HostAddress("127.0.0.1", 1), CLIENT)) {
            api.pin(ClientIdentity.generate().certificate(), server.port());
            ClientException e = assertThrows(ClientException.class, api::apps);
            assertTrue(e.getMessage().contains("not the one it was paired with"), e.getMessage());
        }
    }

    @Test
    void shouldNotTrustAChainNorNothing() throws Exception {
        PinnedTrust trust = new PinnedTrust(HOST.certificate());
        trust.checkServerTrusted(new X509Certificate[] {HOST.certificate()}, "RSA");
        assertThrows(CertificateException.class, () -> trust.checkServerTrusted(
                new X509Certificate[] {HOST.certificate(), HOST.certificate()}, "RSA"));
        assertThrows(CertificateException.class, () -> trust.checkServerTrusted(new X509Certificate[0], "RSA"));
        assertThrows(CertificateException.class, () -> trust.checkClientTrusted(
                new X509Certificate[] {HOST.certificate()}, "RSA"));
    }

    @Test
    void shouldHandOnTheHostsStatusAndWords() throws Exception {
        Server server = serve("TLSv1.3", "<root status_code=\"401\" status_message=\"who are you\"/>", HOST.certificate());
        try (HostApi api = new HostApi(new HostAddress("127.0.0.1", 1), CLIENT)) {
            api.pin(HOST.certificate(), server.port());
            ClientException e = assertThrows(ClientException.class, api::apps);
            assertEquals(401, e.statusCode());
            assertEquals("app-list", e.stage());
            assertTrue(e.getMessage().contains("who are you"));
        }
    }

    @Test
    void shouldNotCallAHostItIsNotPairedWith() {
        try (HostApi api = new HostApi(new HostAddress("127.0.0.1", 1), CLIENT)) {
            assertThrows(ClientException.class, api::apps);
        }
    }

    private static final class TakesAll extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {
            // the test looks at the certificate itself
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, java.net.Socket socket) {
            // the test looks at the certificate itself
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {
            // the test looks at the certificate itself
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, java.net.Socket socket) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {
            throw new UnsupportedOperationException();
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
