package lumen.host.session;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import lumen.core.sdp.AnnounceParser;
import lumen.core.sdp.CodecModes;
import lumen.core.sdp.DescribeAnswer;
import lumen.core.sdp.EncryptionPolicy;
import lumen.core.sdp.StreamConfig;
import lumen.core.session.LaunchRequest;
import lumen.core.session.LaunchTicket;
import lumen.core.session.SessionMachine;
import lumen.host.config.Settings;
import lumen.host.http.Caller;
import lumen.host.http.LaunchRefusal;
import lumen.host.http.StreamingApp;
import lumen.host.http.StreamingService;
import lumen.host.plugin.Selection;
import lumen.host.plugin.SelectionException;
import lumen.host.rtsp.RtspRefusal;
import lumen.host.rtsp.RtspSessions;
import lumen.spi.AudioFormat;
import lumen.spi.BackendException;
import lumen.spi.DisplayMode;
import lumen.spi.DisplayRequest;
import lumen.spi.HostContext;

/**
 * All clients' seats, launches and streams. Each client has a lock of its own, so that one client's slow
 * display holds up no other.
 */
public final class SessionDirectory implements StreamingService, RtspSessions, AutoCloseable {
    private static final Logger LOG = System.getLogger(SessionDirectory.class.getName());
    private static final long DEADLINE_CHECK_MILLIS = 250;
    /** Clients' buffers have the size they name; this host has no reason to stay below. */
    private static final int MAX_PACKET_SIZE = 65_535;
    /** Digits of a client's fingerprint that name it to compositors. */
    private static final int CLIENT_NAME = 8;
    private static final int DEFAULT_WIDTH = 1280;
    private static final int DEFAULT_HEIGHT = 720;
    private static final int DEFAULT_MILLIHERTZ = 60_000;

    private final AppCatalog catalog;
    private final Selection selection;
    private final Settings settings;
    private final HostContext host;
    private final StreamServers servers;
    private final CodecModes codecs;
    private final SecureRandom random = new SecureRandom();
    private final Map<String, ClientPlace> places = new ConcurrentHashMap<>();
    private final AtomicInteger numbers = new AtomicInteger();
    private final ScheduledExecutorService deadlines;

    /**
     * @param codecs      what can be encoded here
     * @param oncePerTick called about four times a second, for deadlines of others; must not throw
     */
    public SessionDirectory(AppCatalog catalog, Selection selection, Settings settings, HostContext host, StreamServers servers,
                            CodecModes codecs, Runnable oncePerTick) {
        this.catalog = catalog;
        this.selection = selection;
        this.settings = settings;
        this.host = host;
        this.servers = servers;
        this.codecs = codecs;
        deadlines = new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().daemon().name("lumen-sessions").factory());
        deadlines.scheduleWithFixedDelay(() -> {
            tick();
            oncePerTick.run();
        }, DEADLINE_CHECK_MILLIS, DEADLINE_CHECK_MILLIS, TimeUnit.MILLISECONDS);
    }

    private ClientPlace place(Caller caller) {
        return places.computeIfAbsent(caller.fingerprint(), f -> new ClientPlace("s" + numbers.incrementAndGet(), servers));
    }

    @Override
    public List<StreamingApp> apps() {
        return catalog.streamingApps();
    }

    @Override
    public CodecModes codecs() {
        return codecs;
    }

    @Override
    public int runningApp(String fingerprint) {
        return Optional.ofNullable(places.get(fingerprint)).map(ClientPlace::runningApp).orElse(0);
    }

    @Override
    public LaunchTicket launch(Caller caller, LaunchRequest request) throws LaunchRefusal {
        AppCatalog.App app = catalog.byId(request.appId())
                .orElseThrow(() -> new LaunchRefusal(404, "There is no app with the id " + request.appId()));
        requireEncryption(caller, request);
        ClientPlace place = place(caller);
        try {
            return place.launch(() -> Seat.open(app, displayRequest(place, caller, request),
                            new SeatSink.Wish(new AudioFormat(request.channels()), request.hostAudio()), selection, host, place::appEnded), limits(),
                    appId -> ticket(caller, request, appId, false));
        } catch (BackendException | SelectionException e) {
            throw new LaunchRefusal(503, e.getMessage());
        }
    }

    @Override
    public LaunchTicket resume(Caller caller, LaunchRequest request) throws LaunchRefusal {
        requireEncryption(caller, request);
        return place(caller).resume(appId -> ticket(caller, request, appId, true));
    }

    private LaunchTicket ticket(Caller caller, LaunchRequest request, int appId, boolean resume) {
        return LaunchTicket.issue(request, appId, caller.fingerprint(), caller.address(), resume, random, System.nanoTime());
    }

    private void requireEncryption(Caller caller, LaunchRequest request) throws LaunchRefusal {
        if (policy(caller.address()) == EncryptionPolicy.MANDATORY && request.coreVersion() < 1) {
            throw new LaunchRefusal(403, "This host demands encryption, which this client does not know");
        }
    }

    private DisplayRequest displayRequest(ClientPlace place, Caller caller, LaunchRequest request) {
        return new DisplayRequest(mode(request), place.name(), caller.fingerprint().substring(0, CLIENT_NAME).toLowerCase(Locale.ROOT),
                DisplayRequest.Placement.valueOf(settings.text("display.placement").toUpperCase(Locale.ROOT)),
                settings.nonEmpty("display.output"), Optional.empty());
    }

    /** The mode of the launch; ANNOUNCE has the last word. */
    private static DisplayMode mode(LaunchRequest request) {
        return new DisplayMode(request.width() == 0 ? DEFAULT_WIDTH : request.width(),
                request.height() == 0 ? DEFAULT_HEIGHT : request.height(),
                request.refreshMilliHertz() == 0 ? DEFAULT_MILLIHERTZ : request.refreshMilliHertz());
    }

    @Override
    public void cancel(Caller caller) {
        end(caller.fingerprint());
    }

    /** Ends a client's app and stream, if it has any. */
    public void end(String fingerprint) {
        ClientPlace place = places.get(fingerprint);
        if (place != null) {
            place.end();
        }
    }

    @Override
    public List<LaunchTicket> pending() {
        return places.values().stream().flatMap(place -> place.launch().stream())
                .sorted(Comparator.comparingLong(LaunchTicket::expiresNanos).reversed()).toList();
    }

    @Override
    public DescribeAnswer describe(LaunchTicket ticket) {
        return DescribeAnswer.of(codecs, policy(ticket.clientAddress()), 0, false);
    }

    @Override
    public AnnounceParser.Limits limits(LaunchTicket ticket) {
        return new AnnounceParser.Limits(codecs, policy(ticket.clientAddress()), MAX_PACKET_SIZE);
    }

    private EncryptionPolicy policy(InetAddress client) {
        String policy = settings.text(EncryptionPolicy.isLan(client) ? "network.encryption-lan" : "network.encryption-wan");
        return EncryptionPolicy.valueOf(policy.toUpperCase(Locale.ROOT));
    }

    @Override
    public void announced(LaunchTicket ticket, StreamConfig config) throws RtspRefusal {
        ClientPlace place = places.get(ticket.clientFingerprint());
        try {
            place.announced(ticket, config, (seat, routes) -> {
                seat.fit(StreamSession.mode(config));
                return StreamSession.open(place.name(), seat, ticket, routes, config, selection, settings, servers, place::streamEnded);
            });
        } catch (BackendException | SelectionException e) {
            throw new RtspRefusal(503, e.getMessage());
        }
    }

    @Override
    public void play(LaunchTicket ticket) throws RtspRefusal {
        if (!ticket.announced()) {
            throw new RtspRefusal(400, "PLAY without ANNOUNCE");
        }
    }

    private void tick() {
        for (ClientPlace place : places.values()) {
            try {
                place.tick(System.nanoTime());
            } catch (RuntimeException e) {
                LOG.log(Level.ERROR, place.name() + ": its deadlines can't be kept", e);
            }
        }
    }

    private SessionMachine.Limits limits() {
        SessionMachine.Limits standard = SessionMachine.Limits.STANDARD;
        return new SessionMachine.Limits(standard.ticketNanos(), standard.startNanos(), standard.silenceNanos(),
                TimeUnit.SECONDS.toNanos(settings.whole("display.linger-seconds")));
    }

    /** Live figures of all streams. */
    public List<Map<String, Object>> report() {
        return places.values().stream().flatMap(place -> place.stream().stream()).map(StreamSession::report).toList();
    }

    /** Ends all streams with a friendly word, and all seats. */
    @Override
    public void close() {
        deadlines.shutdownNow();
        places.values().forEach(ClientPlace::end);
    }
}
