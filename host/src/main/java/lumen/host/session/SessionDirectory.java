package lumen.host.session;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
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
import java.util.concurrent.locks.ReentrantLock;
import lumen.core.control.ControlMessage;
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
    /** Clients' buffers have the size they name; this host has no reason to stay below. */
    private static final int MAX_PACKET_SIZE = 65_535;
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
            checkDeadlines();
            oncePerTick.run();
        }, DEADLINE_CHECK_MILLIS, DEADLINE_CHECK_MILLIS, TimeUnit.MILLISECONDS);
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
        /** Deadlines of the seat's launches and streams; ended as long as there is no seat. */
        private SessionMachine life = SessionMachine.over();

        ClientPlace(String name) {
            this.name = name;
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

    private ClientPlace place(Caller caller) {
        return places.computeIfAbsent(caller.fingerprint(), f -> new ClientPlace("s" + numbers.incrementAndGet()));
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
        return Optional.ofNullable(places.get(fingerprint)).flatMap(place -> place.seat).filter(Seat::alive)
                .map(seat -> seat.app().id()).orElse(0);
    }

    @Override
    public LaunchTicket launch(Caller caller, LaunchRequest request) throws LaunchRefusal {
        AppCatalog.App app = catalog.byId(request.appId())
                .orElseThrow(() -> new LaunchRefusal(404, "There is no app with the id " + request.appId()));
        requireEncryption(caller, request);
        ClientPlace place = place(caller);
        place.lock.lock();
        try {
            if (place.seat.filter(Seat::alive).isPresent()) {
                throw new LaunchRefusal(400, "An app is already running for this client; resume or quit it first");
            }
            closeSeat(place);
            place.seat = Optional.of(Seat.open(place.name, app, mode(request), selection, host, () -> appEnded(place)));
            place.life = new SessionMachine(limits(), System.nanoTime());
            return newTicket(place, caller, request, false);
        } catch (BackendException | SelectionException e) {
            throw new LaunchRefusal(503, e.getMessage());
        } finally {
            place.lock.unlock();
        }
    }

    @Override
    public LaunchTicket resume(Caller caller, LaunchRequest request) throws LaunchRefusal {
        requireEncryption(caller, request);
        ClientPlace place = place(caller);
        place.lock.lock();
        try {
            if (place.seat.filter(Seat::alive).isEmpty()) {
                throw new LaunchRefusal(503, "No app is running for this client");
            }
            // A client that crashed comes back before its old stream has timed out.
            endStream(place);
            place.life.resumed(System.nanoTime());
            return newTicket(place, caller, request, true);
        } finally {
            place.lock.unlock();
        }
    }

    private LaunchTicket newTicket(ClientPlace place, Caller caller, LaunchRequest request, boolean resume) {
        dropRoutes(place);
        int appId = place.seat.orElseThrow().app().id();
        LaunchTicket ticket = LaunchTicket.issue(request, appId, caller.fingerprint(), caller.address(), resume, random, System.nanoTime());
        place.routes = Optional.of(new StreamSession.Routes(
                servers.video().register(ticket.videoPing().getBytes(StandardCharsets.US_ASCII), null),
                servers.audio().register(ticket.audioPing().getBytes(StandardCharsets.US_ASCII), null)));
        place.launch = Optional.of(ticket);
        return ticket;
    }

    private void requireEncryption(Caller caller, LaunchRequest request) throws LaunchRefusal {
        if (policy(caller.address()) == EncryptionPolicy.MANDATORY && request.coreVersion() < 1) {
            throw new LaunchRefusal(403, "This host demands encryption, which this client does not know");
        }
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
            locked(place, () -> closeSeat(place));
        }
    }

    @Override
    public List<LaunchTicket> pending() {
        return places.values().stream().flatMap(place -> place.launch.stream())
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
        place.lock.lock();
        try {
            if (place.launch.filter(l -> l == ticket).isEmpty()) {
                throw new RtspRefusal(503, "the launch has expired");
            }
            Seat seat = place.seat.filter(Seat::alive).orElseThrow(() -> new RtspRefusal(503, "the app has ended"));
            if (!place.life.announced(System.nanoTime())) {
                throw new RtspRefusal(400, "ANNOUNCE in the state " + place.life.state());
            }
            seat.fit(StreamSession.mode(config), host);
            place.stream = Optional.of(StreamSession.open(place.name, seat, ticket, place.routes.orElseThrow(), config, selection,
                    settings, servers, (session, why) -> streamEnded(place, session, why)));
        } catch (BackendException | SelectionException e) {
            throw new RtspRefusal(503, e.getMessage());
        } finally {
            place.lock.unlock();
        }
    }

    @Override
    public void play(LaunchTicket ticket) throws RtspRefusal {
        if (!ticket.announced()) {
            throw new RtspRefusal(400, "PLAY without ANNOUNCE");
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
        closeIfDead(place);
        place.stream.filter(StreamSession::connected).ifPresent(stream -> {
            // RTSP is over once the control stream is up.
            place.launch = Optional.empty();
            place.life.controlConnected(now);
            place.life.controlHeard(stream.lastHeardNanos());
            if (place.routes.filter(r -> r.video().destination() != null).isPresent()) {
                place.life.videoPinged();
            }
            if (place.routes.filter(r -> r.audio().destination() != null).isPresent()) {
                place.life.audioPinged();
            }
        });
        switch (place.life.poll(now)) {
            case NOTHING -> { }
            case DROP_TICKET -> {
                LOG.log(Level.INFO, "{0}: nobody followed up the launch", place.name);
                place.launch = Optional.empty();
                dropRoutes(place);
            }
            case STOP_UNSTARTED_STREAM -> {
                LOG.log(Level.INFO, "{0}: stream ended: the client never asked for its video or sound", place.name);
                endStream(place);
            }
            case STOP_SILENT_STREAM -> {
                LOG.log(Level.INFO, "{0}: stream ended: the client fell silent", place.name);
                endStream(place);
            }
            case END_APP -> {
                LOG.log(Level.INFO, "{0}: {1} is closed; nobody came back to it", place.name, place.seat.orElseThrow().app().title());
                closeSeat(place);
            }
        }
    }

    private SessionMachine.Limits limits() {
        SessionMachine.Limits standard = SessionMachine.Limits.STANDARD;
        return new SessionMachine.Limits(standard.ticketNanos(), standard.startNanos(), standard.silenceNanos(),
                TimeUnit.SECONDS.toNanos(settings.whole("display.linger-seconds")));
    }

    private void closeSeat(ClientPlace place) {
        endStream(place);
        place.launch = Optional.empty();
        dropRoutes(place);
        place.life.ended(System.nanoTime());
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
        place.life.streamEnded(System.nanoTime());
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
