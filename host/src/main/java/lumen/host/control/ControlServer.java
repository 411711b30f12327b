package lumen.host.control;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.LongConsumer;
import lumen.core.control.ControlMessage;
import lumen.core.enet.EnetEvent;
import lumen.core.enet.EnetHost;
import lumen.core.enet.EnetSettings;
import lumen.posix.ThreadEnd;

/**
 * The control stream of all sessions: one UDP socket, one thread named {@code lumen-control}, which does the rounds of
 * socket, ENet and timers. All methods are thread-safe.
 */
public final class ControlServer implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(ControlServer.class.getName());
    private static final int MAX_PEERS = 128;
    private static final long NANOS_PER_MILLI = 1_000_000;
    /** How long {@link #close()} waits for terminations to be acknowledged. */
    private static final long CLOSE_LINGER_NANOS = 500 * NANOS_PER_MILLI;
    /** Datagrams read before their acknowledgements are sent. */
    private static final int BATCH = 64;

    private final ControlSocket socket;
    private final EnetHost enet = new EnetHost(EnetSettings.host(MAX_PEERS), new SecureRandom());
    private final DefectLog defects = new DefectLog();
    private final ControlPeers peers;
    private final ConcurrentLinkedQueue<LongConsumer> tasks = new ConcurrentLinkedQueue<>();
    private final Thread thread;
    private volatile boolean closing;
    private long now;

    private ControlServer(ControlSocket socket) {
        this.socket = socket;
        peers = new ControlPeers(
                (session, from) -> new ControlConnection(this, session, socket.localAddressTowards(from)), defects);
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
        ControlSession session = new ControlSession(ticket, listener, defects, System.nanoTime());
        peers.admit(session);
        socket.wakeup();
        return new Registration() {
            @Override
            public void close() {
                end(session, ControlMessage.Termination.GRACEFUL);
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
        ThreadEnd.await(thread);
    }

    /** Sends a message to a session's client, from the server's thread, at once; drops it if the server has stopped. */
    void send(ControlSession session, ControlMessage.FromHost message) {
        execute(at -> peers.send(session, message));
    }

    /** Ends a session on the server's thread, at once. */
    void end(ControlSession session, int code) {
        execute(at -> peers.end(session, DisconnectReason.HOST, code, at));
    }

    /** @param task given the time of the round it runs in */
    private void execute(LongConsumer task) {
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
                        peers.endAll(now);
                    }
                    round();
                } catch (RuntimeException e) {
                    defects.failed(ControlDefect.LOOP_FAILED, "a round of the control server failed", e);
                }
                if (terminated && (peers.allAcknowledged() || now - closeDeadline >= 0)) {
                    peers.cutOff();
                    enet.poll(now, this::transmit);
                    return;
                }
                await(terminated ? closeDeadline : now + ControlPeers.LINGER_NANOS);
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "closing the control socket failed: {0}", e.getMessage());
        }
    }

    /** Datagrams first, timers after: a pause of this process must not look like silence of its clients. */
    private void round() {
        for (LongConsumer t = tasks.poll(); t != null; t = tasks.poll()) {
            t.accept(now);
        }
        boolean more = true;
        while (more) {
            more = receiveBatch();
            enet.poll(now, this::transmit);
            handleEvents();
        }
        peers.expire(now);
        enet.poll(now, this::transmit);
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
                defects.failed(ControlDefect.RECEIVE_FAILED, "receiving on the control port failed", e);
                return false;
            }
            handleEvents();
            n++;
        }
        return true;
    }

    private void await(long latest) {
        long next = peers.nextDeadlineNanos(Math.min(latest, enet.nextDeadlineNanos()));
        try {
            socket.await(Math.ceilDiv(next - System.nanoTime(), NANOS_PER_MILLI));
        } catch (IOException e) {
            defects.failed(ControlDefect.RECEIVE_FAILED, "waiting on the control port failed", e);
        }
    }

    private void transmit(byte[] data, int at, int length, SocketAddress to) {
        try {
            socket.send(data, at, length, to);
        } catch (IOException e) {
            defects.failed(ControlDefect.SEND_FAILED, "sending from the control port to " + to + " failed", e);
        }
    }

    private void handleEvents() {
        for (Optional<EnetEvent> e = enet.nextEvent(); e.isPresent(); e = enet.nextEvent()) {
            peers.handle(e.get(), now);
        }
    }
}
