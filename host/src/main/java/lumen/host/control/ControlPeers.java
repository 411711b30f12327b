package lumen.host.control;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiFunction;
import lumen.core.control.ControlFormat;
import lumen.core.control.ControlMessage;
import lumen.core.enet.Delivery;
import lumen.core.enet.EnetEvent;
import lumen.core.enet.EnetPeer;

/**
 * Which peer is whose client. A peer is tied to a session when a message of its proves the session's key; until then it is
 * only a candidate, so that a stranger who guesses the connect data keeps nobody out. A packet with a wrong tag is counted
 * and ignored, since anybody can send one.
 *
 * <p>Server thread only, but for {@link #admit}; {@code now} is that thread's {@link System#nanoTime}.
 */
final class ControlPeers {
    private static final System.Logger LOG = System.getLogger(ControlServer.class.getName());
    /** How long a client may take to acknowledge a termination before it is cut off. */
    static final long LINGER_NANOS = 1_000_000_000;
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

    private final BiFunction<ControlSession, InetSocketAddress, ControlConnection> connections;
    private final DefectLog defects;
    private final CopyOnWriteArrayList<ControlSession> sessions = new CopyOnWriteArrayList<>();
    private final Map<EnetPeer, Candidate> candidates = new IdentityHashMap<>();
    private final Map<EnetPeer, ControlSession> active = new IdentityHashMap<>();
    private final Map<EnetPeer, Long> lingering = new IdentityHashMap<>();

    /** @param connections what a session's listener is given for its client, once that has proved itself from an address */
    ControlPeers(BiFunction<ControlSession, InetSocketAddress, ControlConnection> connections, DefectLog defects) {
        this.connections = connections;
        this.defects = defects;
    }

    /** From now on a client may connect to that session. Any thread. */
    void admit(ControlSession session) {
        sessions.add(session);
    }

    void handle(EnetEvent event, long now) {
        switch (event) {
            case EnetEvent.Connected c -> arrived(c, now);
            case EnetEvent.Received r -> received(r, now);
            case EnetEvent.Disconnected d -> gone(d);
        }
    }

    private void arrived(EnetEvent.Connected event, long now) {
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

    private void received(EnetEvent.Received event, long now) {
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
            LOG.log(System.Logger.Level.INFO, "session {0}: the client moved from {1} to {2}", session.ticket.session(),
                    peer.address(), event.from());
            peer.adopt(event.from());
            session.remote = (InetSocketAddress) event.from();
        }
        if (!session.accept(message.get(), now)) {
            end(session, DisconnectReason.PROTOCOL_ERROR, ControlMessage.Termination.GRACEFUL, now);
        }
    }

    private void activate(ControlSession session, EnetPeer peer, InetSocketAddress from) {
        candidates.remove(peer);
        if (!from.equals(peer.address())) {
            peer.adopt(from);
        }
        session.peer = peer;
        session.remote = from;
        active.put(peer, session);
        rejectCandidates(session);
        ControlConnection connection = connections.apply(session, from);
        session.tell(l -> l.connected(connection));
    }

    private void rejectCandidates(ControlSession session) {
        for (EnetPeer peer : List.copyOf(candidates.keySet())) {
            if (candidates.get(peer).session == session) {
                reject(peer);
            }
        }
    }

    private void reject(EnetPeer peer) {
        candidates.remove(peer);
        defects.count(ControlDefect.UNPROVEN_CLIENT);
        peer.disconnectNow(0);
    }

    private void gone(EnetEvent.Disconnected event) {
        candidates.remove(event.peer());
        lingering.remove(event.peer());
        ControlSession session = active.remove(event.peer());
        if (session != null) {
            finish(session, event.cause() == EnetEvent.Cause.TIMEOUT ? DisconnectReason.TIMEOUT : DisconnectReason.CLIENT_QUIT);
        }
    }

    /** Ends what has been silent, unproven or lingering for too long. */
    void expire(long now) {
        for (ControlSession s : sessions) {
            if (now - s.lastMessageNanos >= s.patienceNanos) {
                end(s, s.peer == null ? DisconnectReason.NEVER_CONNECTED : DisconnectReason.TIMEOUT,
                        ControlMessage.Termination.GRACEFUL, now);
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

    /** When {@link #expire} has something to do, but no later than a given time. */
    long nextDeadlineNanos(long latest) {
        long next = latest;
        for (ControlSession s : sessions) {
            next = Math.min(next, s.lastMessageNanos + s.patienceNanos);
        }
        for (Candidate c : candidates.values()) {
            next = Math.min(next, c.deadlineNanos);
        }
        for (long deadline : lingering.values()) {
            next = Math.min(next, deadline);
        }
        return next;
    }

    /** Sends a message to a session's client; one that can't be sent is counted. */
    void send(ControlSession session, ControlMessage.FromHost message) {
        if (session.over || session.peer == null
                || !session.peer.send(0, session.cipher.seal(ControlFormat.format(message)), Delivery.RELIABLE)) {
            defects.count(ControlDefect.MESSAGE_REFUSED);
        }
    }

    /** Ends a session from this side: termination, then disconnect. Idempotent. */
    void end(ControlSession session, DisconnectReason reason, int code, long now) {
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

    /** Ends all sessions from this side, as {@link #end}. */
    void endAll(long now) {
        sessions.forEach(s -> end(s, DisconnectReason.HOST, ControlMessage.Termination.GRACEFUL, now));
    }

    /** True if every client has acknowledged its termination. */
    boolean allAcknowledged() {
        return lingering.isEmpty();
    }

    /** Waits for nobody any more. */
    void cutOff() {
        sessions.forEach(s -> finish(s, DisconnectReason.HOST));
        new ArrayList<>(lingering.keySet()).forEach(p -> p.disconnectNow(0));
        List.copyOf(candidates.keySet()).forEach(p -> p.disconnectNow(0));
    }

    private void finish(ControlSession session, DisconnectReason reason) {
        session.over = true;
        sessions.remove(session);
        rejectCandidates(session);
        session.tell(l -> l.disconnected(reason));
    }
}
