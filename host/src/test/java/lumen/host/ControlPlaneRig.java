package lumen.host;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import lumen.core.sdp.AnnounceParser;
import lumen.core.sdp.CodecModes;
import lumen.core.sdp.DescribeAnswer;
import lumen.core.sdp.EncryptionPolicy;
import lumen.core.sdp.StreamConfig;
import lumen.core.session.LaunchRequest;
import lumen.core.session.LaunchTicket;
import lumen.host.http.Caller;
import lumen.host.http.GameStreamServer;
import lumen.host.http.HttpSettings;
import lumen.host.http.LaunchRefusal;
import lumen.host.http.StreamingApp;
import lumen.host.http.StreamingService;
import lumen.host.identity.ClientStore;
import lumen.host.identity.HostIdentity;
import lumen.host.net.PortPlan;
import lumen.host.pairing.PairingDesk;
import lumen.host.pairing.PairingLimits;
import lumen.host.rtsp.MediaPorts;
import lumen.host.rtsp.RtspServer;
import lumen.host.rtsp.RtspSessions;
import lumen.host.rtsp.RtspSettings;

/**
 * The real servers on free loopback ports, over a ledger of apps that stands where sessions will: it launches
 * nothing, but keeps tickets and states by the same rules.
 */
public final class ControlPlaneRig implements AutoCloseable, StreamingService, RtspSessions {
    public static final Duration PATIENCE = Duration.ofSeconds(20);
    public static final String EVIL_TITLE = "Büro \"1\" & <two> 'x'\u0007 🎮";

    public final HostIdentity identity;
    public final ClientStore store;
    public final PairingDesk desk;
    public final RtspServer rtsp;
    public final GameStreamServer http;
    public final List<StreamConfig> announced = new CopyOnWriteArrayList<>();
    public final List<LaunchTicket> tickets = new CopyOnWriteArrayList<>();
    public volatile CodecModes codecs = new CodecModes(CodecModes.H264);
    public volatile EncryptionPolicy policy = EncryptionPolicy.OPPORTUNISTIC;
    private final Map<String, Integer> running = new ConcurrentHashMap<>();

    public ControlPlaneRig(Path state, Duration deadline) {
        this(state, deadline, PairingLimits.STANDARD);
    }

    public ControlPlaneRig(Path state, Duration deadline, PairingLimits limits) {
        identity = HostIdentity.open(state);
        store = ClientStore.open(state);
        desk = new PairingDesk(identity, store, limits, System::nanoTime);
        Optional<InetAddress> loopback = Optional.of(InetAddress.getLoopbackAddress());
        rtsp = new RtspServer(new RtspSettings(loopback, PortPlan.EPHEMERAL, new MediaPorts(48000, 47998, 47999), deadline, 64, 64), this);
        http = new GameStreamServer(new HttpSettings("Rig & Co", loopback, PortPlan.EPHEMERAL, rtsp.port(), Optional.empty(),
            deadline, deadline, 256, 256), identity, store, desk, this);
    }

    @Override
    public List<StreamingApp> apps() {
        return List.of(new StreamingApp(1, "Desktop", false, new byte[0]),
            new StreamingApp(2, EVIL_TITLE, true, new byte[] {(byte) 0x89, 'P', 'N', 'G', 1, 2, 3}));
    }

    @Override
    public CodecModes codecs() {
        return codecs;
    }

    @Override
    public int runningApp(String fingerprint) {
        return running.getOrDefault(fingerprint, 0);
    }

    @Override
    public LaunchTicket launch(Caller caller, LaunchRequest request) throws LaunchRefusal {
        if (apps().stream().noneMatch(app -> app.id() == request.appId())) {
            throw new LaunchRefusal(404, "No such app");
        }
        if (running.putIfAbsent(caller.fingerprint(), request.appId()) != null) {
            throw new LaunchRefusal(400, "An app is already running");
        }
        return ticket(caller, request, request.appId(), false);
    }

    @Override
    public LaunchTicket resume(Caller caller, LaunchRequest request) throws LaunchRefusal {
        Integer app = running.get(caller.fingerprint());
        if (app == null) {
            throw new LaunchRefusal(503, "No running app to resume");
        }
        return ticket(caller, request, app, true);
    }

    private LaunchTicket ticket(Caller caller, LaunchRequest request, int app, boolean resume) {
        LaunchTicket ticket = LaunchTicket.issue(request, app, caller.fingerprint(), caller.address(), resume, new SecureRandom(), System.nanoTime());
        tickets.addFirst(ticket);
        return ticket;
    }

    @Override
    public void cancel(Caller caller) {
        running.remove(caller.fingerprint());
        tickets.removeIf(ticket -> ticket.clientFingerprint().equals(caller.fingerprint()));
    }

    @Override
    public List<LaunchTicket> pending() {
        return tickets;
    }

    @Override
    public DescribeAnswer describe(LaunchTicket ticket) {
        return DescribeAnswer.of(codecs, policy, 0, true);
    }

    @Override
    public AnnounceParser.Limits limits(LaunchTicket ticket) {
        return new AnnounceParser.Limits(codecs, policy, 1392);
    }

    @Override
    public void announced(LaunchTicket ticket, StreamConfig config) {
        announced.add(config);
    }

    @Override
    public void play(LaunchTicket ticket) {
    }

    /** Plain GET; returns the body. */
    public String get(String target) throws IOException {
        try (Socket socket = connect(http.httpPort())) {
            return exchange(socket, target).body();
        }
    }

    /** GET over TLS of the named version, or any if empty. */
    public String get(SSLContext tls, String version, String target) throws IOException {
        try (SSLSocket socket = secure(tls, version)) {
            return exchange(socket, target).body();
        }
    }

    public SSLSocket secure(SSLContext tls, String version) throws IOException {
        SSLSocket socket = (SSLSocket) tls.getSocketFactory().createSocket(connect(http.httpsPort()), "localhost", http.httpsPort(), true);
        if (!version.isEmpty()) {
            socket.setEnabledProtocols(new String[] {version});
        }
        return socket;
    }

    public Socket connect(int port) throws IOException {
        Socket socket = new Socket();
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 5000);
        socket.setSoTimeout((int) PATIENCE.toMillis());
        return socket;
    }

    /** What came back. */
    public record Answer(String statusLine, List<String> headers, String body) {
    }

    /** One request on an open connection that stays open. */
    public Answer exchange(Socket socket, String target) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(("GET " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
        return read(socket.getInputStream());
    }

    public static Answer read(InputStream in) throws IOException {
        List<String> lines = new ArrayList<>();
        int length = 0;
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            lines.add(line);
            if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                length = Integer.parseInt(line.substring(15).strip());
            }
        }
        byte[] body = in.readNBytes(length);
        return new Answer(lines.isEmpty() ? "" : lines.getFirst(), lines, new String(body, StandardCharsets.UTF_8));
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
            if (b != '\r') {
                line.write(b);
            }
        }
        return line.toString(StandardCharsets.ISO_8859_1);
    }

    /** Text of an element, or "" if absent. */
    public static String element(String xml, String name) {
        int from = xml.indexOf("<" + name + ">");
        return from < 0 ? "" : xml.substring(from + name.length() + 2, xml.indexOf("</" + name + ">", from));
    }

    /** The root's status code. */
    public static int status(String xml) {
        int from = xml.indexOf("status_code=\"") + 13;
        return Integer.parseInt(xml.substring(from, xml.indexOf('"', from)));
    }

    /** Waits for a condition that another thread brings about. */
    public static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not in time: " + what);
            }
            Thread.onSpinWait();
            Thread.yield();
        }
    }

    @Override
    public void close() {
        http.close();
        rtsp.close();
    }
}
