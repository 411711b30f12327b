package lumen.host.session;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.io.IOException;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import lumen.core.control.ControlMessage;
import lumen.core.sdp.CodecModes;
import lumen.core.sdp.EncryptionPolicy;
import lumen.core.sdp.SdpException;
import lumen.core.sdp.StreamConfig;
import lumen.core.session.LaunchException;
import lumen.core.session.LaunchRequest;
import lumen.core.session.LaunchTicket;
import lumen.host.config.Settings;
import lumen.host.http.Refusal;
import lumen.host.http.RequestOrigin;
import lumen.host.http.StreamingService;
import lumen.host.identity.PairedClient;
import lumen.host.plugin.Selection;
import lumen.host.plugin.SelectionException;
import lumen.host.rtsp.RtspSessions;
import lumen.spi.BackendException;
import lumen.spi.DisplayMode;
import lumen.spi.HostContext;

/**
 * All clients' seats, launches and streams. Each client has a lock of its own, so that one client's slow
 * display holds up no other.
 */
public final class SessionDirectory implements StreamingService, RtspSessions, AutoCloseable {
    private static final Logger LOG = System.getLogger(SessionDirectory.class.getName());
    private static final long DEADLINE_CHECK_MILLIS = 250;
    private static final int DEFAULT_WIDTH = 1280;
    private static final int DEFAULT_HEIGHT = 720;
    private static final int DEFAULT_MILLIHERTZ = 60_000;

    private final AppCatalog catalog;
    private final Selection selection;
    private final Settings settings;
    private final HostContext host;
    private final StreamServers servers;
    private final CodecModes codecs;
    private volatile int rtspPort;
    private final SecureRandom random = new SecureRandom();
    private final Map<String, ClientPlace> places = new ConcurrentHashMap<>();
    private final AtomicInteger numbers = new AtomicInteger();
    private final ScheduledExecutorService deadlines;

    /**
     * @param codecs   what can be encoded here
     */
    public SessionDirectory(AppCatalog catalog, Selection selection, Settings settings, HostContext host, StreamServers servers,
                            CodecModes codecs) {
        this.catalog = catalog;
        this.selection = selection;
        this.settings = settings;
        this.host = host;
        this.servers = servers;
        this.codecs = codecs;
        deadlines = new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().daemon().name("lumen-sessions").factory());
        deadlines.scheduleWithFixedDelay(this::checkDeadlines, DEADLINE_CHECK_MILLIS, DEADLINE_CHECK_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Where launched clients go on; set before the first launch. */
    void rtspPort(int port) {
        rtspPort = port;
    }

    /**
     * What one client has. Changed under its lock, which may be held for as long as a display needs to
     * appear; read without it, since clients poll while they launch.
     */
    private static final class ClientPlace {
        private final String name;
        private final ReentrantLock lock = new ReentrantLock();
        private volatile Optional<Seat> seat = Optional.empty();
        /** A launch or resume on its way to a stream. */
        private volatile Optional<LaunchTicket> launch = Optional.empty();
        private volatile Optional<StreamSession> stream = Optional.empty();
        /** From the launch to the end of its stream: pings come before ANNOUNCE. */
        private Optional<StreamSession.Routes> routes = Optional.empty();
        /** When the last stream ended, for the linger time. */
        private long idleSinceNanos;

        ClientPlace(String name) {
            this.name = name;
        }
    }

    private static <T> T locked(ClientPlace place, Supplier<T> action) {
        place.lock.lock();
        try {
            return action.get();
        } finally {
            place.lock.unlock();
        }
    }

    private static void locked(ClientPlace place, Runnable action) {
        place.lock.lock();
        try {
            action.run();
        } finally {
            place.lock.unlock();
        }
    }

    private ClientPlace place(PairedClient client) {
        return places.computeIfAbsent(client.fingerprint(), f -> new ClientPlace("s" + numbers.incrementAndGet()));
    }

    @Override
    public List<AppEntry> apps() {
        return catalog.all().stream().map(app -> new AppEntry(app.id(), app.title(), false)).toList();
    }

    @Override
    public Optional<byte[]> boxArt(int appId) {
        return catalog.byId(appId).map(app -> {
            try {
                if (app.boxArt().isPresent()) {
                    return Files.readAllBytes(app.boxArt().get());
                }
            } catch (IOException e) {
                LOG.log(Level.WARNING, "box art of {0} cannot be read: {1}", app.title(), e.toString());
            }
            return BoxArt.standard();
        });
    }

    @Override
    public OptionalInt runningApp(PairedClient client) {
        return Optional.ofNullable(places.get(client.fingerprint())).flatMap(place -> place.seat).filter(Seat::alive)
                .map(seat -> OptionalInt.of(seat.app().id())).orElse(OptionalInt.empty());
    }

    @Override
    public SessionAddress launch(PairedClient client, Map<String, String> query, RequestOrigin origin) {
        LaunchRequest request = request(query, false, origin);
        AppCatalog.App app = catalog.byId(request.appId())
                .orElseThrow(() -> new Refusal(404, "There is no app with the id " + request.appId()));
        ClientPlace place = place(client);
        return locked(place, () -> {
            if (place.seat.filter(Seat::alive).isPresent()) {
                throw new Refusal(400, "An app is already running for this client; resume or quit it first");
            }
            closeSeat(place);
            try {
                place.seat = Optional.of(Seat.open(place.name, app, mode(request), selection, host, () -> appEnded(place)));
            } catch (BackendException | SelectionException e) {
                throw new Refusal(503, e.getMessage());
            }
            return newLaunch(place, client, request, false, origin);
        });
    }

    @Override
    public SessionAddress resume(PairedClient client, Map<String, String> query, RequestOrigin origin) {
        LaunchRequest request = request(query, true, origin);
        ClientPlace place = place(client);
        return locked(place, () -> {
            if (place.seat.filter(Seat::alive).isEmpty()) {
                throw new Refusal(503, "No app is running for this client");
            }
            // A client that crashed comes back before its old stream has timed out.
            endStream(place);
            return newLaunch(place, client, request, true, origin);
        });
    }

    private SessionAddress newLaunch(ClientPlace place, PairedClient client, LaunchRequest request, boolean resume, RequestOrigin origin) {
        dropRoutes(place);
        int appId = place.seat.orElseThrow().app().id();
        LaunchTicket ticket = LaunchTicket.issue(request, appId, client.fingerprint(), origin.client(), resume, random, System.nanoTime());
        place.routes = Optional.of(new StreamSession.Routes(
                servers.video().register(ticket.videoPing().getBytes(StandardCharsets.US_ASCII), null),
                servers.audio().register(ticket.audioPing().getBytes(StandardCharsets.US_ASCII), null)));
        place.launch = Optional.of(ticket);
        return new SessionAddress(request.encryptedRtsp(), rtspPort);
    }

    private LaunchRequest request(Map<String, String> query, boolean resume, RequestOrigin origin) {
        LaunchRequest request;
        try {
            request = LaunchRequest.parse(query, resume);
        } catch (LaunchException e) {
            throw new Refusal(400, e.getMessage());
        }
        if (policy(origin.client()) == EncryptionPolicy.MANDATORY && request.coreVersion() < 1) {
            throw new Refusal(403, "This host demands encryption, which this client does not know");
        }
        return request;
    }

    /** The mode of the launch; ANNOUNCE has the last word. */
    private static DisplayMode mode(LaunchRequest request) {
        return new DisplayMode(request.width() == 0 ? DEFAULT_WIDTH : request.width(),
                request.height() == 0 ? DEFAULT_HEIGHT : request.height(),
                request.refreshMilliHertz() == 0 ? DEFAULT_MILLIHERTZ : request.refreshMilliHertz());
    }

    @Override
    public void cancel(PairedClient client) {
        ClientPlace place = places.get(client.fingerprint());
        if (place != null) {
            locked(place, () -> closeSeat(place));
        }
    }

    @Override
    public List<LaunchTicket> pending() {
        return places.values().stream().flatMap(place -> place.launch.stream())
                .sorted(Comparator.comparingLong(LaunchTicket::expiresNanos).reversed()).toList();
    }

    @Override
    public CodecModes codecs() {
        return codecs;
    }

    @Override
    public EncryptionPolicy policy(LaunchTicket launch) {
        return policy(launch.clientAddress());
    }

    private EncryptionPolicy policy(InetAddress client) {
        String policy = settings.text(EncryptionPolicy.isLan(client) ? "network.encryption-lan" : "network.encryption-wan");
        return EncryptionPolicy.valueOf(policy.toUpperCase(Locale.ROOT));
    }

    @Override
    public StreamPorts ports() {
        return servers.ports();
    }

    @Override
    public void announced(LaunchTicket launch, StreamConfig config) throws SdpException {
        ClientPlace place = places.get(launch.clientFingerprint());
        place.lock.lock();
        try {
            if (place.launch.filter(l -> l == launch).isEmpty()) {
                throw new SdpException(454, "the launch has expired");
            }
            if (!launch.claimAnnounce()) {
                throw new SdpException(455, "a second ANNOUNCE for one launch");
            }
            Seat seat = place.seat.filter(Seat::alive).orElseThrow(() -> new SdpException(503, "the app has ended"));
            DisplayMode mode = StreamSession.mode(config);
            if (!seat.resize(mode)) {
                LOG.log(Level.INFO, "{0}: the display stays at {1}; the picture is scaled to {2}", place.name,
                        seat.display().mode(), mode);
            }
            place.stream = Optional.of(StreamSession.open(place.name, seat, launch, place.routes.orElseThrow(), config, selection,
                    settings, servers, (session, why) -> streamEnded(place, session, why)));
        } catch (BackendException | SelectionException e) {
            throw new SdpException(503, e.getMessage());
        } finally {
            place.lock.unlock();
        }
    }

    /** The stream has ended by itself; the app goes on. Called on threads that must not be held up. */
    private void streamEnded(ClientPlace place, StreamSession session, String why) {
        Thread.ofVirtual().name("lumen-" + session.name() + "-end").start(() -> locked(place, () -> {
            if (place.stream.filter(s -> s == session).isPresent()) {
                LOG.log(Level.INFO, "{0}: stream ended: {1}", session.name(), why);
                finishStream(place, session);
            }
        }));
    }

    /** The app has ended by itself, and so does the stream. */
    private void appEnded(ClientPlace place) {
        Thread.ofVirtual().name("lumen-" + place.name + "-app-end").start(() -> locked(place, () -> closeIfDead(place)));
    }

    private void closeIfDead(ClientPlace place) {
        place.seat.filter(seat -> !seat.alive()).ifPresent(seat -> {
            LOG.log(Level.INFO, "{0}: {1} has ended", place.name, seat.app().title());
            seat.lastWords().forEach(line -> LOG.log(Level.DEBUG, "{0}: {1}", place.name, line));
            closeSeat(place);
        });
    }

    private void checkDeadlines() {
        for (ClientPlace place : places.values()) {
            // A place that is busy is looked at next time.
            if (place.lock.tryLock()) {
                try {
                    checkDeadlines(place, System.nanoTime());
                } catch (RuntimeException e) {
                    LOG.log(Level.ERROR, place.name + ": its deadlines can't be kept", e);
                } finally {
                    place.lock.unlock();
                }
            }
        }
    }

    private void checkDeadlines(ClientPlace place, long now) {
        if (place.launch.filter(l -> l.expired(now)).isPresent()) {
            place.launch = Optional.empty();
            if (place.stream.isEmpty()) {
                LOG.log(Level.INFO, "{0}: nobody followed up the launch", place.name);
                dropRoutes(place);
                place.idleSinceNanos = now;
            }
        }
        closeIfDead(place);
        long linger = TimeUnit.SECONDS.toNanos(settings.whole("display.linger-seconds"));
        if (place.seat.isPresent() && linger > 0 && place.stream.isEmpty() && place.launch.isEmpty()
                && now - place.idleSinceNanos > linger) {
            LOG.log(Level.INFO, "{0}: {1} is closed; nobody came back to it", place.name, place.seat.get().app().title());
            closeSeat(place);
        }
    }

    private void closeSeat(ClientPlace place) {
        endStream(place);
        place.launch = Optional.empty();
        dropRoutes(place);
        place.seat.ifPresent(Seat::close);
        place.seat = Optional.empty();
    }

    private void endStream(ClientPlace place) {
        place.stream.ifPresent(stream -> {
            stream.end(ControlMessage.Termination.GRACEFUL);
            finishStream(place, stream);
        });
    }

    private void finishStream(ClientPlace place, StreamSession session) {
        session.close();
        place.stream = Optional.empty();
        place.launch = Optional.empty();
        place.idleSinceNanos = System.nanoTime();
        dropRoutes(place);
    }

    private void dropRoutes(ClientPlace place) {
        place.routes.ifPresent(routes -> {
            servers.video().remove(routes.video());
            servers.audio().remove(routes.audio());
        });
        place.routes = Optional.empty();
    }

    /** Live figures of all streams. */
    public List<Map<String, Object>> report() {
        return places.values().stream().flatMap(place -> place.stream.stream()).map(StreamSession::report).toList();
    }

    /** Ends all streams with a friendly word, and all seats. */
    @Override
    public void close() {
        deadlines.shutdownNow();
        places.values().forEach(place -> locked(place, () -> closeSeat(place)));
    }
}
