package lumen.host.session;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import lumen.core.control.ControlMessage;
import lumen.core.sdp.StreamConfig;
import lumen.core.session.LaunchTicket;
import lumen.core.session.SessionMachine;
import lumen.host.http.LaunchRefusal;
import lumen.host.rtsp.RtspRefusal;

/**
 * What one client has: a seat, a launch on its way to a stream, a stream. Changed under a lock of its own,
 * which may be held for as long as a display needs to appear; read without it, since clients poll while
 * they launch.
 */
final class ClientPlace {
    private static final Logger LOG = System.getLogger(ClientPlace.class.getName());

    private final String name;
    private final StreamServers servers;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile Optional<Seat> seat = Optional.empty();
    private volatile Optional<LaunchTicket> launch = Optional.empty();
    private volatile Optional<StreamSession> stream = Optional.empty();
    /** From the launch to the end of its stream: pings come before ANNOUNCE. */
    private Optional<StreamSession.Routes> routes = Optional.empty();
    /** Deadlines of the seat's launches and streams; over as long as there is no seat. */
    private SessionMachine life = SessionMachine.over();

    /** @param name short, for threads, sockets and logs */
    ClientPlace(String name, StreamServers servers) {
        this.name = name;
        this.servers = servers;
    }

    String name() {
        return name;
    }

    /** Id of the app that runs here, whether or not it is streamed; 0: none. Any thread, never blocks. */
    int runningApp() {
        return seat.filter(Seat::alive).map(s -> s.app().id()).orElse(0);
    }

    /** The launch that RTSP may follow up. Any thread, never blocks. */
    Optional<LaunchTicket> launch() {
        return launch;
    }

    /** The stream. Any thread, never blocks. */
    Optional<StreamSession> stream() {
        return stream;
    }

    /**
     * Opens a seat and issues a ticket for its app.
     *
     * @throws LaunchRefusal 400 if one is open already
     */
    LaunchTicket launch(Supplier<Seat> opener, SessionMachine.Limits limits, IntFunction<LaunchTicket> issuer) throws LaunchRefusal {
        lock.lock();
        try {
            if (runningApp() != 0) {
                throw new LaunchRefusal(400, "An app is already running for this client; resume or quit it first");
            }
            closeSeat();
            seat = Optional.of(opener.get());
            life = new SessionMachine(limits, System.nanoTime());
            return issue(issuer);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Issues a new ticket for the app that runs. A stream still there ends: a client that crashed comes back
     * before its old stream has timed out.
     *
     * @throws LaunchRefusal 503 if nothing runs
     */
    LaunchTicket resume(IntFunction<LaunchTicket> issuer) throws LaunchRefusal {
        lock.lock();
        try {
            if (runningApp() == 0) {
                throw new LaunchRefusal(503, "No app is running for this client");
            }
            endStream();
            life.resumed(System.nanoTime());
            return issue(issuer);
        } finally {
            lock.unlock();
        }
    }

    private LaunchTicket issue(IntFunction<LaunchTicket> issuer) {
        dropRoutes();
        LaunchTicket ticket = issuer.apply(seat.orElseThrow().app().id());
        routes = Optional.of(new StreamSession.Routes(
                servers.video().register(ticket.videoPing().getBytes(StandardCharsets.US_ASCII), null),
                servers.audio().register(ticket.audioPing().getBytes(StandardCharsets.US_ASCII), null)));
        launch = Optional.of(ticket);
        return ticket;
    }

    /** Makes a stream on a seat. */
    @FunctionalInterface
    interface StreamOpener {
        StreamSession open(Seat seat, StreamSession.Routes routes);
    }

    /**
     * The client of a ticket has said what it wants.
     *
     * @throws RtspRefusal if it can't have it
     */
    void announced(LaunchTicket ticket, StreamConfig config, StreamOpener opener) throws RtspRefusal {
        lock.lock();
        try {
            if (launch.filter(l -> l == ticket).isEmpty()) {
                throw new RtspRefusal(503, "the launch has expired");
            }
            Seat live = seat.filter(Seat::alive).orElseThrow(() -> new RtspRefusal(503, "the app has ended"));
            if (!config.controlEncrypted()) {
                throw new RtspRefusal(400, "the client wants the plain control protocol, which this host does not speak");
            }
            if (!life.announced(System.nanoTime())) {
                throw new RtspRefusal(400, "ANNOUNCE in the state " + life.state());
            }
            if (!config.sessionIds()) {
                // Old clients ping without a payload and are known by their address.
                dropRoutes();
                routes = Optional.of(new StreamSession.Routes(servers.video().registerLegacy(ticket.clientAddress(), null),
                        servers.audio().registerLegacy(ticket.clientAddress(), null)));
            }
            stream = Optional.of(opener.open(live, routes.orElseThrow()));
        } finally {
            lock.unlock();
        }
    }

    /** A stream has ended by itself; the app goes on. Returns at once. */
    void streamEnded(StreamSession session, String why) {
        Thread.ofVirtual().name("lumen-" + name + "-end").start(() -> locked(() -> {
            if (stream.filter(s -> s == session).isPresent()) {
                LOG.log(Level.INFO, "{0}: stream ended: {1}", name, why);
                finish(session);
            }
        }));
    }

    /** The app or its display may have ended by itself. Returns at once. */
    void appEnded() {
        Thread.ofVirtual().name("lumen-" + name + "-app-end").start(() -> locked(this::closeIfDead));
    }

    /** Ends stream and app, with a friendly word to the client. */
    void end() {
        locked(this::closeSeat);
    }

    /** Acts on deadlines that have passed; not now if something else is going on here. */
    void tick(long now) {
        if (lock.tryLock()) {
            try {
                closeIfDead();
                hear(now);
                act(life.poll(now));
            } finally {
                lock.unlock();
            }
        }
    }

    private void hear(long now) {
        if (stream.isPresent() && stream.get().connected()) {
            // RTSP is over once the control stream is up.
            launch = Optional.empty();
            life.controlConnected(now);
            life.controlHeard(stream.get().lastHeardNanos());
        }
        routes.ifPresent(r -> {
            if (r.video().destination() != null) {
                life.videoPinged();
            }
            if (r.audio().destination() != null) {
                life.audioPinged();
            }
        });
    }

    private void act(SessionMachine.Action action) {
        switch (action) {
            case NOTHING -> { }
            case DROP_TICKET -> {
                LOG.log(Level.INFO, "{0}: nobody followed up the launch", name);
                launch = Optional.empty();
                dropRoutes();
            }
            case STOP_UNSTARTED_STREAM -> {
                LOG.log(Level.INFO, "{0}: stream ended: the client never asked for its video or sound", name);
                endStream();
            }
            case STOP_SILENT_STREAM -> {
                LOG.log(Level.INFO, "{0}: stream ended: the client fell silent", name);
                endStream();
            }
            case END_APP -> {
                LOG.log(Level.INFO, "{0}: {1} is closed; nobody came back to it", name, seat.orElseThrow().app().title());
                closeSeat();
            }
        }
    }

    private void locked(Runnable action) {
        lock.lock();
        try {
            action.run();
        } finally {
            lock.unlock();
        }
    }

    private void closeIfDead() {
        seat.filter(s -> !s.alive()).ifPresent(s -> {
            LOG.log(Level.INFO, "{0}: {1} has ended", name, s.app().title());
            s.lastWords().forEach(line -> LOG.log(Level.DEBUG, "{0}: {1}", name, line));
            closeSeat();
        });
    }

    private void closeSeat() {
        endStream();
        launch = Optional.empty();
        dropRoutes();
        life.ended(System.nanoTime());
        seat.ifPresent(Seat::close);
        seat = Optional.empty();
    }

    private void endStream() {
        stream.ifPresent(s -> {
            s.end(ControlMessage.Termination.GRACEFUL);
            finish(s);
        });
    }

    private void finish(StreamSession session) {
        session.close();
        stream = Optional.empty();
        launch = Optional.empty();
        life.streamEnded(System.nanoTime());
        dropRoutes();
    }

    private void dropRoutes() {
        routes.ifPresent(r -> {
            servers.video().remove(r.video());
            servers.audio().remove(r.audio());
        });
        routes = Optional.empty();
    }
}
