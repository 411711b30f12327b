package lumen.host.http;

import static lumen.host.ControlPlaneRig.element;
import static lumen.host.ControlPlaneRig.status;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.xml.parsers.DocumentBuilderFactory;
import lumen.core.sdp.CodecModes;
import lumen.host.ControlPlaneRig;
import lumen.host.TestCertificates;
import lumen.host.net.PortInUseException;
import lumen.host.net.PortPlan;
import lumen.host.net.PortPurpose;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;
import org.w3c.dom.Node;

class GameStreamServerTest {
    private static final TestCertificates PAIRED = TestCertificates.client();
    private static final TestCertificates EXPIRED = TestCertificates.expired();
    private static final TestCertificates VERSION1 = TestCertificates.version1();
    private static final TestCertificates STRANGER = TestCertificates.client();
    private static final String KEY = "000102030405060708090A0b0c0d0e0f";
    private static final String LAUNCH = "/launch?uniqueid=1&appid=1&mode=1920x1080x60&rikey=" + KEY
        + "&rikeyid=-5&localAudioPlayMode=0&sops=1&corever=1&surroundAudioInfo=196610&additionalStates=1&gcmap=1";

    @TempDir
    Path state;
    private ControlPlaneRig rig;

    @BeforeEach
    void start() {
        rig = new ControlPlaneRig(state, Duration.ofSeconds(5));
        for (TestCertificates client : List.of(PAIRED, EXPIRED, VERSION1)) {
            rig.store.add("client", Instant.now(), client.der());
        }
    }

    @AfterEach
    void stop() {
        rig.close();
    }

    private String paired(String target) throws Exception {
        return rig.get(PAIRED.tls(), "", target);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    @DisplayName("A2.2 A2.4 A2.5 unknown, expired, v1 and no certificate over either TLS; one host certificate, equal to plaincert")
    void certificates(String version) throws Exception {
        assertEquals(401, status(rig.get(STRANGER.tls(), version, "/serverinfo")));
        assertEquals(200, status(rig.get(EXPIRED.tls(), version, "/serverinfo")));
        assertEquals(200, status(rig.get(VERSION1.tls(), version, "/serverinfo")));
        assertEquals(401, status(rig.get(TestCertificates.anonymousTls(), version, "/serverinfo")));
        assertEquals(401, status(rig.get(PAIRED.signs().tls(), version, "/serverinfo")), "same names, signed by a paired key");
        try (SSLSocket socket = rig.secure(PAIRED.tls(), version)) {
            socket.startHandshake();
            Certificate[] chain = socket.getSession().getPeerCertificates();
            assertEquals(1, chain.length);
            assertEquals(rig.identity.certificate(), chain[0]);
        }
    }

    @Test
    @DisplayName("A2.3 a removed client is refused on the next request of its open connection, and on a resumed TLS session")
    void removal() throws Exception {
        var tls = PAIRED.tls();
        try (SSLSocket socket = rig.secure(tls, "")) {
            assertEquals(200, status(rig.exchange(socket, "/serverinfo").body()));
            assertTrue(rig.store.remove(PAIRED.fingerprint()));
            assertEquals(401, status(rig.exchange(socket, "/serverinfo").body()));
        }
        assertEquals(401, status(rig.get(tls, "", "/applist")));
    }

    @Test
    @DisplayName("A2.1 A2.6 unknown paths and forbidden ones are XML inside HTTP 200")
    void unknownPaths() throws Exception {
        for (String path : List.of("/", "/nothing", "*", "/applist", "/appasset?appid=1", "/launch", "/resume", "/cancel", "/serverinfo/x", "")) {
            try (Socket socket = rig.connect(rig.http.httpPort())) {
                var answer = rig.exchange(socket, path.isEmpty() ? "http://localhost/" : path);
                assertEquals("HTTP/1.1 200 OK", answer.statusLine());
                assertEquals(404, status(answer.body()), path);
            }
        }
        assertEquals(404, status(paired("/nothing")));
        for (String path : List.of("/serverinfo", "/pair", "/unpair", "/applist", "/appasset", "/launch", "/resume", "/cancel")) {
            assertEquals(401, status(rig.get(STRANGER.tls(), "", path)), path);
        }
        try (Socket socket = rig.connect(rig.http.httpPort())) {
            socket.getOutputStream().write("POST /pair HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc".getBytes(StandardCharsets.US_ASCII));
            var answer = ControlPlaneRig.read(socket.getInputStream());
            assertEquals("HTTP/1.1 200 OK", answer.statusLine());
            assertEquals(405, status(answer.body()));
            assertEquals(-1, socket.getInputStream().read());
        }
    }

    @Test
    @DisplayName("A3.1 A1.6 HTTP /serverinfo without query: unpaired, placeholder MAC, free")
    void plainServerInfo() throws Exception {
        paired(LAUNCH);
        String xml = rig.get("/serverinfo");
        assertEquals(200, status(xml));
        assertEquals("0", element(xml, "PairStatus"));
        assertEquals("00:00:00:00:00:00", element(xml, "mac"));
        assertEquals("0", element(xml, "currentgame"));
        assertEquals("LUMEN_SERVER_FREE", element(xml, "state"));
        assertEquals("127.0.0.1", element(xml, "LocalIP"));
        assertEquals("Rig &amp; Co", element(xml, "hostname"));
        assertEquals(Integer.toString(rig.http.httpsPort()), element(xml, "HttpsPort"), "A1.1");
        assertEquals(Integer.toString(rig.http.httpPort()), element(xml, "ExternalPort"));
        assertEquals(rig.identity.uniqueId(), element(xml, "uniqueid"));
    }

    @Test
    @DisplayName("A3.2 A3.3 version and codec facts agree for every codec set")
    void codecFacts() throws Exception {
        for (int bits : new int[] {1, 257, 769, 66305, 197377, 8323841}) {
            rig.codecs = new CodecModes(bits);
            String xml = paired("/serverinfo?uniqueid=abc&uuid=1");
            assertEquals("1", element(xml, "PairStatus"));
            assertEquals("7.1.431.-1", element(xml, "appversion"));
            assertEquals("3.23.0.74", element(xml, "GfeVersion"));
            assertEquals(Integer.toString(bits), element(xml, "ServerCodecModeSupport"));
            assertEquals(rig.codecs.hevc(), !element(xml, "MaxLumaPixelsHEVC").equals("0"));
        }
    }

    @Test
    @DisplayName("A1.6 A1.7 A3.4 LocalIP and MAC follow the address the request arrived on")
    void addresses() throws Exception {
        assertEquals("127.0.0.1", ServerInfo.localIp(InetAddress.getByName("::1")));
        assertEquals("127.0.0.1", ServerInfo.localIp(InetAddress.getByName("fd00::2")));
        assertEquals("192.168.3.4", ServerInfo.localIp(InetAddress.getByName("192.168.3.4")));
        assertTrue(ServerInfo.mac(InetAddress.getLoopbackAddress()).matches("([0-9a-f]{2}:){5}[0-9a-f]{2}"));
    }

    @Test
    @DisplayName("A2.7 A3.5 A10.3 the app list is compact XML with escaped names and positive ids")
    void appList() throws Exception {
        String xml = paired("/applist?uniqueid=1");
        Document document = DocumentBuilderFactory.newInstance().newDocumentBuilder()
            .parse(new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)));
        List<String> titles = new ArrayList<>();
        for (Node app = document.getDocumentElement().getFirstChild(); app != null; app = app.getNextSibling()) {
            assertEquals("App", app.getNodeName(), "no text between elements");
            titles.add(app.getChildNodes().item(1).getTextContent());
            assertTrue(Integer.parseInt(app.getChildNodes().item(2).getTextContent()) > 0);
        }
        assertEquals(List.of("Desktop", ControlPlaneRig.EVIL_TITLE.replace("\u0007", "")), titles);
        assertTrue(xml.indexOf("status_code") < xml.indexOf("<App>"));
    }

    @Test
    @DisplayName("A3.6 /appasset is a PNG for known, unknown and non-numeric ids")
    void assets() throws Exception {
        try (HttpClient client = HttpClient.newBuilder().sslContext(PAIRED.tls()).sslParameters(noHostCheck()).build()) {
            for (String id : List.of("1", "2", "77", "abc", "")) {
                HttpResponse<byte[]> answer = client.send(HttpRequest.newBuilder(
                    URI.create("https://localhost:" + rig.http.httpsPort() + "/appasset?AssetType=2&AssetIdx=0&appid=" + id)).build(),
                    HttpResponse.BodyHandlers.ofByteArray());
                assertEquals(200, answer.statusCode());
                assertEquals(HttpClient.Version.HTTP_1_1, answer.version(), "A2.9 no h2");
                assertEquals("image/png", answer.headers().firstValue("Content-Type").orElse(""));
                assertArrayEquals(new byte[] {(byte) 0x89, 'P', 'N', 'G'}, Arrays.copyOf(answer.body(), 4));
            }
        }
    }

    private static SSLParameters noHostCheck() {
        SSLParameters parameters = new SSLParameters();
        parameters.setEndpointIdentificationAlgorithm("");
        return parameters;
    }

    @Test
    @DisplayName("A2.9 a client that offers only h2 still gets a handshake, without h2")
    void noH2() throws Exception {
        try (SSLSocket socket = rig.secure(PAIRED.tls(), "")) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setApplicationProtocols(new String[] {"h2"});
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            assertEquals("", socket.getApplicationProtocol());
            assertEquals(200, status(rig.exchange(socket, "/serverinfo").body()));
        }
    }

    @Test
    @DisplayName("A3.7 A3.9 launch accepts every rikeyid and both hex cases; the URL's scheme follows corever")
    void launches() throws Exception {
        for (String id : List.of("-2147483648", "-1", "0", "2147483647")) {
            for (String key : List.of(KEY.toLowerCase(), KEY.toUpperCase())) {
                String xml = paired("/launch?appid=1&localAudioPlayMode=0&rikeyid=" + id + "&rikey=" + key + "&corever=1");
                assertEquals("1", element(xml, "gamesession"), xml);
                assertEquals("rtspenc://127.0.0.1:" + rig.rtsp.port(), element(xml, "sessionUrl0"));
                assertEquals(Integer.parseInt(id), rig.tickets.getFirst().rikeyId());
                assertEquals("1", element(paired("/cancel"), "cancel"));
            }
        }
        assertEquals("rtsp://127.0.0.1:" + rig.rtsp.port(), element(paired(LAUNCH.replace("corever=1", "corever=0")), "sessionUrl0"));
        try (Socket socket = rig.connect(rig.rtsp.port())) {
            assertTrue(socket.isConnected(), "A3.10");
        }
    }

    @Test
    @DisplayName("A3.8 A3.13 missing and malformed parameters are XML errors; so are unknown apps and a second launch")
    void badLaunches() throws Exception {
        for (String name : List.of("appid", "rikey", "rikeyid", "localAudioPlayMode")) {
            String xml = paired(LAUNCH.replaceAll("([?&])" + name + "=[^&]*", "$1x=1"));
            assertEquals(400, status(xml), name);
            assertTrue(xml.contains("status_message="), xml);
        }
        for (String bad : List.of("appid=abc", "appid=99999999999", "mode=1920", "mode=axbxc", "mode=99999x1x1", "surroundAudioInfo=-1",
            "rikey=00", "rikey=zz", "rikeyid=x", "rikeyid=-2147483649", "corever=x")) {
            String name = bad.substring(0, bad.indexOf('='));
            assertEquals(400, status(paired(LAUNCH.replaceAll("([?&])" + name + "=[^&]*", "$1" + bad))), bad);
        }
        assertEquals(404, status(paired(LAUNCH.replace("appid=1", "appid=55"))));
        assertTrue(rig.tickets.isEmpty());
        assertEquals(200, status(paired(LAUNCH)));
        assertEquals(400, status(paired(LAUNCH)));
    }

    @Test
    @DisplayName("A3.11 A3.12 busy per client, resume with a fresh key, cancel frees at once")
    void lifecycle() throws Exception {
        String resume = LAUNCH.replace("/launch", "/resume").replace(KEY, "ff".repeat(16)).replaceAll("appid=1&", "");
        assertEquals(503, status(paired(resume)));
        assertEquals("1", element(paired("/cancel"), "cancel"));
        paired(LAUNCH);
        String busy = paired("/serverinfo");
        assertEquals("1", element(busy, "currentgame"));
        assertEquals("LUMEN_SERVER_BUSY", element(busy, "state"));
        assertEquals("0", element(rig.get(EXPIRED.tls(), "", "/serverinfo"), "currentgame"), "another client is free");
        assertEquals("1", element(rig.get(EXPIRED.tls(), "", LAUNCH), "gamesession"), "and launches its own");
        String resumed = paired(resume);
        assertEquals("1", element(resumed, "resume"));
        assertFalse(resumed.contains("gamesession"));
        assertEquals((byte) 0xff, rig.tickets.getFirst().key()[0]);
        assertEquals("1", element(paired("/cancel"), "cancel"));
        String free = paired("/serverinfo");
        assertEquals("0", element(free, "currentgame"));
        assertEquals("LUMEN_SERVER_FREE", element(free, "state"));
        assertEquals("1", element(rig.get(EXPIRED.tls(), "", "/serverinfo"), "currentgame"), "cancel ends only the caller's");
    }

    @Test
    @DisplayName("A2.8 a 16 KiB request line is accepted, a longer one gets an error")
    void longLines() throws Exception {
        assertEquals(200, status(rig.get("/serverinfo?x=" + "a".repeat(16 * 1024 - 30))));
        try (Socket socket = rig.connect(rig.http.httpPort())) {
            var answer = rig.exchange(socket, "/serverinfo?x=" + "a".repeat(100_000));
            assertEquals("HTTP/1.1 200 OK", answer.statusLine());
            assertEquals(400, status(answer.body()));
            assertEquals(-1, socket.getInputStream().read());
        }
        assertEquals(1, rig.http.counters().malformed());
    }

    @Test
    @DisplayName("A2.8 a slow header is cut off at the deadline, on both ports")
    void slowLoris() throws Exception {
        try (ControlPlaneRig quick = new ControlPlaneRig(state.resolve("quick"), Duration.ofMillis(300));
            Socket plain = quick.connect(quick.http.httpPort()); Socket silent = quick.connect(quick.http.httpsPort())) {
            plain.getOutputStream().write("GET /serverinfo HTTP/1.1\r\nX: ".getBytes(StandardCharsets.US_ASCII));
            assertEquals(-1, plain.getInputStream().read());
            assertEquals(-1, silent.getInputStream().read());
            ControlPlaneRig.await("both are counted", () -> quick.http.counters().timedOut() + quick.http.counters().broken() >= 2);
        }
    }

    @Test
    @DisplayName("idle and half-open TLS connections hold up nobody")
    void idleTls() throws Exception {
        List<Socket> idle = new ArrayList<>();
        try {
            for (int i = 0; i < 40; i++) {
                Socket socket = rig.connect(rig.http.httpsPort());
                socket.getOutputStream().write(new byte[] {22, 3, 1});
                idle.add(socket);
            }
            SSLSocket open = rig.secure(PAIRED.tls(), "");
            open.startHandshake();
            idle.add(open);
            long from = System.nanoTime();
            assertEquals(200, status(paired("/serverinfo")));
            assertTrue(System.nanoTime() - from < Duration.ofSeconds(2).toNanos());
        } finally {
            for (Socket socket : idle) {
                socket.close();
            }
        }
    }

    @Test
    @DisplayName("A1.5 connecting and closing without a byte changes nothing")
    void probes() throws Exception {
        for (int port : new int[] {rig.http.httpPort(), rig.http.httpsPort(), rig.rtsp.port()}) {
            for (int i = 0; i < 20; i++) {
                rig.connect(port).close();
            }
        }
        assertEquals(200, status(paired("/serverinfo")));
        assertTrue(rig.desk.pending().isEmpty());
        assertEquals(0, rig.rtsp.counters().malformed());
    }

    @Test
    @DisplayName("a port in use is named with its purpose, and leaves nothing open")
    void portInUse() {
        PortPlan taken = new PortPlan(0, Map.of(PortPurpose.HTTPS, rig.http.httpsPort()));
        HttpSettings settings = HttpSettings.of("x", Optional.of(InetAddress.getLoopbackAddress()), taken, 1);
        PortInUseException refused = assertThrows(PortInUseException.class,
            () -> new GameStreamServer(settings, rig.identity, rig.store, rig.desk, rig).close());
        assertEquals(rig.http.httpsPort(), refused.port());
        assertEquals(PortPurpose.HTTPS, refused.purpose());
        assertTrue(refused.getMessage().contains("HTTPS"));
    }

    @Test
    @DisplayName("A1.1 every port moves with the base")
    void portPlan() {
        PortPlan plan = new PortPlan(50_000, Map.of(PortPurpose.RTSP, 1234));
        assertEquals(49_995, plan.port(PortPurpose.HTTPS));
        assertEquals(50_009, plan.port(PortPurpose.VIDEO));
        assertEquals(1234, plan.port(PortPurpose.RTSP));
        assertEquals(48_010, PortPlan.STANDARD.port(PortPurpose.RTSP));
        assertThrows(IllegalArgumentException.class, () -> new PortPlan(1026, Map.of()));
        assertThrows(IllegalArgumentException.class, () -> new PortPlan(65_530, Map.of()));
    }

    @Test
    @DisplayName("A10.2 twenty polling clients with fresh TLS connections never see an error")
    void polling() throws Exception {
        var tls = PAIRED.tls();
        List<Thread> clients = new ArrayList<>();
        var failures = new ConcurrentLinkedQueue<String>();
        for (int i = 0; i < 20; i++) {
            clients.add(Thread.ofPlatform().start(() -> {
                try {
                    for (int n = 0; n < 3; n++) {
                        if (status(rig.get(tls, "", "/serverinfo")) != 200) {
                            failures.add("not 200");
                        }
                    }
                } catch (Exception e) {
                    failures.add(e.toString());
                }
            }));
        }
        for (Thread client : clients) {
            client.join();
        }
        assertEquals(List.of(), List.copyOf(failures));
    }
}
