package lumen.host.control;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import lumen.core.control.ControlDrop;
import lumen.core.control.ControlFormat;
import lumen.core.control.ControlMessage;
import lumen.core.enet.Delivery;
import lumen.core.enet.EnetEvent;
import lumen.core.enet.EnetHost;
import lumen.core.enet.EnetPeer;
import lumen.core.enet.EnetSettings;
import lumen.core.metrics.EventCounters;

/**
 * The control stream of all sessions: one UDP socket, one thread named {@code lumen-control}. A peer is
 * tied to a session when a message of its proves the session's key; until then it is only a candidate, so
 * that a stranger who guesses the connect data keeps nobody out.
 *
 * <p>A packet with a wrong tag is counted and ignored, since anybody can send one. All methods are
 * thread-safe.
 */
public final class ControlServer implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(ControlServer.class.getName());
    private static final int MAX_PEERS = 128;
    private static final long NANOS_PER_MILLI = 1_000_000;
    /** How long a client may take to acknowledge a termination before it is cut off. */
    private static final long LINGER_NANOS = 1_000 * NANOS_PER_MILLI;
    /** How long {@link #close()} waits for terminations to be acknowledged. */
    private static final long CLOSE_LINGER_NANOS = 500 * NANOS_PER_MILLI;
    /** Datagrams read before their acknowledgements are sent. */
    private static final int BATCH = 64;
    /** Packets with a wrong tag that a candidate may send. */
    private static final int MAX_UNPROVEN_PACKETS = 8;

    /** A peer whose connect data fits a session but that hasn't proved its key yet. */
    private static final class Candidate {
        final ControlSession session;
        final long deadlineNanos;
        int failures;

        Candidate(ControlSession session, long deadlineNanos) {
            this.session = session;
            this.deadlineNanos = deadlineNanos;
        }
    }

    private final ControlSocket socket;
    private final EnetHost enet = new EnetHost(EnetSettings.host(MAX_PEERS), new SecureRandom());
    private final EventCounters<ControlDefect> defects = new EventCounters<>(ControlDefect.class);
    private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final CopyOnWriteArrayList<ControlSession> sessions = new CopyOnWriteArrayList<>();
    private final Map<EnetPeer, Candidate> candidates = new IdentityHashMap<>();
    private final Map<EnetPeer, ControlSession> active = new IdentityHashMap<>();
    private final Map<EnetPeer, Long> lingering = new IdentityHashMap<>();
    private final Thread thread;
    private volatile boolean closing;
    private long now;

    private ControlServer(ControlSocket socket) {
        this.socket = socket;
        thread = Thread.ofPlatform().name("lumen-control").daemon().unstarted(this::run);
    }

    /**
     * Binds the socket and starts serving.
     *
     * @param bind address and port; port 0 takes a free one
     * @throws IOException if the address can't be bound
     */
    public static ControlServer open(InetSocketAddress bind) throws IOException {
        ControlServer server = new ControlServer(ControlSocket.open(bind));
        server.thread.start();
        return server;
    }

    /** The UDP port it serves on. */
    public int port() {
        return socket.bound().getPort();
    }

    /** A session's place at the server. */
    public interface Registration extends AutoCloseable {
        /** Ends the stream with the graceful termination if it runs, and waits for nobody else. Idempotent. */
        @Override
        void close();

        /** What this session's client sent without effect, by reason. */
        Map<String, Long> drops();
    }

    /**
     * Admits a client. It may connect from the moment this returns.
     *
     * @throws IllegalStateException if the server is closed
     */
    public Registration register(ControlTicket ticket, ControlListener listener) {
        if (closing) {
            throw new IllegalStateException("the control server is closed");
        }
        ControlSession session = new ControlSession(ticket, listener, System.nanoTime());
        sessions.add(session);
        socket.wakeup();
        return new Registration() {
            @Override
            public void close() {
                execute(() -> end(session, DisconnectReason.HOST, ControlMessage.Termination.GRACEFUL));
            }

            @Override
            public Map<String, Long> drops() {
                Map<String, Long> all = new LinkedHashMap<>(session.drops.report());
                all.putAll(session.inputDrops.report());
                return all;
            }
        };
    }

    /** What was dropped or went wrong at the server, by reason. */
    public Map<String, Long> counters() {
        Map<String, Long> all = new LinkedHashMap<>(enet.drops().report());
        all.putAll(defects.report());
        return all;
    }

    /** Ends all streams with the graceful termination, then stops. Waits for that, half a second at most. */
    @Override
    public void close() {
        closing = true;
        socket.wakeup();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Runs a task on the server's thread; drops it if the server has stopped. */
    void execute(Runnable task) {
        tasks.add(task);
        socket.wakeup();
    }

    private void run() {
        long closeDeadline = 0;
        boolean terminated = false;
        try (socket) {
            while (true) {
                now = System.nanoTime();
                try {
                    if (closing && !terminated) {
                        terminated = true;
                        closeDeadline = now + CLOSE_LINGER_NANOS;
                        for (ControlSession s : sessions) {
                            end(s, DisconnectReason.HOST, ControlMessage.Termination.GRACEFUL);
                        }
                    }
                    round();
                } catch (RuntimeException e) {
                    report(ControlDefect.LOOP_FAILED, "a round of the control server failed", e);
                }
                if (terminated && (lingering.isEmpty() || now - closeDeadline >= 0)) {
                    cutOff();
                    return;
                }
                await(terminated ? closeDeadline : now + LINGER_NANOS);
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "closing the control socket failed: {0}", e.getMessage());
        }
    }

    /** Datagrams first, timers after: a pause of this process must not look like silence of its clients. */
    private void round() {
        for (Runnable t = tasks.poll(); t != null; t = tasks.poll()) {
            t.run();
        }
        boolean more = true;
        while (more) {
            more = receiveBatch();
            enet.poll(now, this::send);
            handleEvents();
        }
        expire();
        enet.poll(now, this::send);
        handleEvents();
    }

    private boolean receiveBatch() {
        int n = 0;
        while (n < BATCH) {
            try {
                SocketAddress from = socket.receive();
                if (from == null) {
                    return false;
                }
                now = System.nanoTime();
                enet.receive(socket.data(), 0, socket.length(), from, now);
            } catch (IOException e) {
                report(ControlDefect.RECEIVE_FAILED, "receiving on the control port failed", e);
                return false;
            }
            handleEvents();
            n++;
        }
        return true;
    }

    private void await(long latest) {
        long next = Math.min(latest, enet.nextDeadlineNanos());
        for (ControlSession s : sessions) {
            next = Math.min(next, s.lastMessageNanos + s.patienceNanos);
        }
        for (Candidate c : candidates.values()) {
            next = Math.min(next, c.deadlineNanos);
        }
        for (long deadline : lingering.values()) {
            next = Math.min(next, deadline);
        }
        try {
            socket.await(Math.ceilDiv(next - System.nanoTime(), NANOS_PER_MILLI));
        } catch (IOException e) {
            report(ControlDefect.RECEIVE_FAILED, "waiting on the control port failed", e);
        }
    }

    private void send(byte[] data, int at, int length, SocketAddress to) {
        try {
            socket.send(data, at, length, to);
        } catch (IOException e) {
            report(ControlDefect.SEND_FAILED, "sending from the control port to " + to + " failed", e);
        }
    }

    private void handleEvents() {
        for (Optional<EnetEvent> e = enet.nextEvent(); e.isPresent(); e = enet.nextEvent()) {
            switch (e.get()) {
                case EnetEvent.Connected c -> arrived(c);
                case EnetEvent.Received r -> received(r);
                case EnetEvent.Disconnected d -> gone(d);
            }
        }
    }

    private void arrived(EnetEvent.Connected event) {
        InetSocketAddress from = (InetSocketAddress) event.peer().address();
        for (ControlSession s : sessions) {
            if (s.peer == null && !s.over && s.ticket.admits(event.data(), from.getAddress())) {
                candidates.put(event.peer(), new Candidate(s, now + s.patienceNanos));
                return;
            }
        }
        defects.count(ControlDefect.UNKNOWN_CLIENT);
        LOG.log(System.Logger.Level.DEBUG, "no session waits for the control connection from {0}", from);
        event.peer().disconnectNow(0);
    }

    private void received(EnetEvent.Received event) {
        EnetPeer peer = event.peer();
        ControlSession session = active.get(peer);
        Candidate candidate = session == null ? candidates.get(peer) : null;
        if (candidate != null) {
            session = candidate.session;
        }
        if (session == null || session.over) {
            return;
        }
        Optional<byte[]> message = session.cipher.open(event.data());
        if (message.isEmpty()) {
            if (candidate != null && ++candidate.failures >= MAX_UNPROVEN_PACKETS) {
                reject(peer);
            }
            return;
        }
        if (candidate != null) {
            if (session.peer != null) {
                reject(peer);
                return;
            }
            activate(session, peer, (InetSocketAddress) event.from());
        } else if (!event.from().equals(peer.address())) {
            LOG.log(System.Logger.Level.INFO, "session {0}: the client moved from {1} to {2}", session.ticket.session(), peer.address(), event.from());
            peer.adopt(event.from());
            session.remote = (InetSocketAddress) event.from();
        }
        genuine(session, message.get());
    }

    private void activate(ControlSession session, EnetPeer peer, InetSocketAddress from) {
        candidates.remove(peer);
        if (!from.equals(peer.address())) {
            peer.adopt(from);
        }
        session.peer = peer;
        session.remote = from;
        active.put(peer, session);
        for (EnetPeer other : List.copyOf(candidates.keySet())) {
            if (candidates.get(other).session == session) {
                reject(other);
            }
        }
        ControlConnection connection = new ControlConnection(this, session, socket.localAddressTowards(from));
        tell(session, l -> l.connected(connection));
    }

    private void reject(EnetPeer peer) {
        candidates.remove(peer);
        defects.count(ControlDefect.UNPROVEN_CLIENT);
        peer.disconnectNow(0);
    }

    private void genuine(ControlSession session, byte[] bytes) {
        session.lastMessageNanos = now;
        session.messages++;
        tell(session, l -> l.clientAlive(now));
        if (ControlFormat.nested(bytes)) {
            session.drops.count(ControlDrop.NESTED);
            end(session, DisconnectReason.PROTOCOL_ERROR, ControlMessage.Termination.GRACEFUL);
            return;
        }
        Optional<ControlMessage.FromClient> message = session.format.fromClient(bytes);
        if (message.isEmpty()) {
            return;
        }
        switch (message.get()) {
            case ControlMessage.RequestIdr r -> tell(session, ControlListener::idrRequested);
            case ControlMessage.InvalidateReferences i -> tell(session, l -> l.referencesInvalid(i.first(), i.last()));
            case ControlMessage.Input i -> tell(session, l -> l.input(i.event()));
            case ControlMessage.FecReport f -> {
                if (f.status().recovered()) {
                    session.blocksRecovered++;
                } else {
                    session.blocksLost++;
                }
                tell(session, l -> l.frameFecStatus(f.status()));
            }
            case ControlMessage.PeriodicPing p -> session.publishStatistics();
            case ControlMessage.StartB s -> LOG.log(System.Logger.Level.DEBUG, "session {0}: start B", session.ticket.session());
            case ControlMessage.LossStats l -> LOG.log(System.Logger.Level.DEBUG, "session {0}: {1}", session.ticket.session(), l);
            case ControlMessage.LongTermReferenceAcknowledged a ->
                    LOG.log(System.Logger.Level.DEBUG, "session {0}: {1}", session.ticket.session(), a);
        }
    }

    private void gone(EnetEvent.Disconnected event) {
        candidates.remove(event.peer());
        lingering.remove(event.peer());
        ControlSession session = active.remove(event.peer());
        if (session != null) {
            finish(session, event.cause() == EnetEvent.Cause.TIMEOUT ? DisconnectReason.TIMEOUT : DisconnectReason.CLIENT_QUIT);
        }
    }

    private void expire() {
        for (ControlSession s : sessions) {
            if (now - s.lastMessageNanos >= s.patienceNanos) {
                end(s, s.peer == null ? DisconnectReason.NEVER_CONNECTED : DisconnectReason.TIMEOUT, ControlMessage.Termination.GRACEFUL);
            }
        }
        for (EnetPeer peer : List.copyOf(candidates.keySet())) {
            if (now - candidates.get(peer).deadlineNanos >= 0) {
                reject(peer);
            }
        }
        for (Iterator<Map.Entry<EnetPeer, Long>> i = lingering.entrySet().iterator(); i.hasNext();) {
            Map.Entry<EnetPeer, Long> e = i.next();
            if (now - e.getValue() >= 0) {
                e.getKey().disconnectNow(0);
                i.remove();
            }
        }
    }

    private void cutOff() {
        sessions.forEach(s -> finish(s, DisconnectReason.HOST));
        new ArrayList<>(lingering.keySet()).forEach(p -> p.disconnectNow(0));
        List.copyOf(candidates.keySet()).forEach(p -> p.disconnectNow(0));
        enet.poll(now, this::send);
    }

    /** Server thread only. */
    void send(ControlSession session, ControlMessage.FromHost message) {
        if (session.over || session.peer == null
                || !session.peer.send(0, session.cipher.seal(ControlFormat.format(message)), Delivery.RELIABLE)) {
            defects.count(ControlDefect.MESSAGE_REFUSED);
        }
    }

    /** Ends a session from this side: termination, then disconnect. Server thread only. Idempotent. */
    void end(ControlSession session, DisconnectReason reason, int code) {
        if (session.over) {
            return;
        }
        EnetPeer peer = session.peer;
        if (peer != null) {
            send(session, new ControlMessage.Termination(code));
            active.remove(peer);
            peer.disconnectLater(0);
            lingering.put(peer, now + LINGER_NANOS);
        }
        finish(session, reason);
    }

    private void finish(ControlSession session, DisconnectReason reason) {
        session.over = true;
        sessions.remove(session);
        for (EnetPeer peer : List.copyOf(candidates.keySet())) {
            if (candidates.get(peer).session == session) {
                reject(peer);
            }
        }
        tell(session, l -> l.disconnected(reason));
    }

    private void tell(ControlSession session, Consumer<ControlListener> call) {
        try {
            call.accept(session.listener);
        } catch (RuntimeException e) {
            report(ControlDefect.LISTENER_FAILED, "session " + session.ticket.session() + ": its control listener failed", e);
        }
    }

    /** Counts always, logs the first of a kind. */
    private void report(ControlDefect defect, String what, Exception e) {
        defects.count(defect);
        if (defects.get(defect) == 1) {
            LOG.log(System.Logger.Level.WARNING, what + " (further ones are only counted)", e);
        }
    }
}
