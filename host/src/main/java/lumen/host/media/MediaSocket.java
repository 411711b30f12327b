package lumen.host.media;

import java.lang.System.Logger.Level;
import java.lang.System.Logger;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Locale;
import lumen.core.metrics.EventCounters;
import lumen.posix.PosixException;
import lumen.posix.ThreadEnd;
import lumen.posix.UdpEndpoint;
import lumen.posix.UdpReceiver;
import lumen.posix.UdpSender;
import lumen.posix.UdpSocket;

/**
 * The UDP socket that all sessions' video, or all sessions' audio, leaves from, and the thread that learns
 * from pings where to. Sessions register a route when their stream is set up and remove it at the end.
 */
public final class MediaSocket implements AutoCloseable {
    /** Which stream. */
    public enum Kind {
        /** DSCP CS5. */
        VIDEO(40, 5),
        /** DSCP CS6. */
        AUDIO(48, 6);

        private final int dscp;
        private final int priority;

        Kind(int dscp, int priority) {
            this.dscp = dscp;
            this.priority = priority;
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private static final Logger LOG = System.getLogger("lumen.media");
    private static final int SEND_BUFFER = 1 << 20;
    private static final int RECEIVE_BUFFER = 1 << 16;
    private static final int LONGEST_PING = 64;
    private static final MediaRoute[] NONE = {};

    private final Kind kind;
    private final UdpSocket socket;
    private final UdpReceiver receiver;
    private final Thread thread;
    private final EventCounters<PingEvent> counters = new EventCounters<>(PingEvent.class);
    private volatile MediaRoute[] routes = NONE;
    private volatile boolean closing;

    /**
     * Binds and starts receiving.
     *
     * @param mark true to mark datagrams for routers and queues (DSCP)
     * @throws PosixException if the port is taken
     */
    public MediaSocket(Kind kind, InetSocketAddress address, boolean mark) {
        this.kind = kind;
        socket = UdpSocket.bind(address);
        socket.buffers(SEND_BUFFER, RECEIVE_BUFFER);
        if (mark) {
            socket.trafficClass(kind.dscp, kind.priority);
        }
        receiver = socket.receiver(LONGEST_PING);
        thread = Thread.ofPlatform().name("lumen-" + kind + "-receive").daemon(true).start(this::receive);
    }

    /** The port, also if 0 was asked for. */
    public int port() {
        return socket.local().port();
    }

    public EventCounters<PingEvent> counters() {
        return counters;
    }

    /**
     * Registers a session by the payload its client was told to send.
     *
     * @param payload 16 bytes, different for each session
     * @param local   the address its control connection arrived on; {@code null}: where its pings arrive
     */
    public MediaRoute register(byte[] payload, InetAddress local) {
        if (payload.length != Ping.PAYLOAD_LENGTH) {
            throw new IllegalArgumentException("ping payload of " + payload.length + " bytes, must be 16");
        }
        MemorySegment p = MemorySegment.ofArray(payload);
        ValueLayout.OfLong big = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
        return add(MediaRoute.byPayload(p.get(big, 0), p.get(big, 8), local));
    }

    /** Registers a session of an old client, which sends no payload, by its address. */
    public MediaRoute registerLegacy(InetAddress client, InetAddress local) {
        return add(MediaRoute.byAddress(client, local));
    }

    private synchronized MediaRoute add(MediaRoute route) {
        MediaRoute[] more = Arrays.copyOf(routes, routes.length + 1);
        more[more.length - 1] = route;
        routes = more;
        return route;
    }

    /** The session has ended. */
    public synchronized void remove(MediaRoute route) {
        routes = Arrays.stream(routes).filter(r -> r != route).toArray(MediaRoute[]::new);
    }

    /** A sender for one stream's thread, which closes it before this socket is closed. */
    public UdpSender sender() {
        return socket.sender();
    }

    private void receive() {
        while (!closing) {
            try {
                int n = receiver.receive(-1);
                for (int i = 0; i < n; i++) {
                    datagram(i);
                }
            } catch (PosixException e) {
                LOG.log(Level.ERROR, kind + " port " + port() + " no longer receives pings: " + e.getMessage());
                return;
            }
        }
    }

    private void datagram(int i) {
        MemorySegment data = receiver.data();
        long at = receiver.offset(i);
        int length = receiver.length(i);
        if (Ping.hasPayload(length)) {
            long high = Ping.payloadHigh(data, at);
            long low = Ping.payloadLow(data, at);
            for (MediaRoute route : routes) {
                if (route.hasPayload(high, low)) {
                    ping(route, i, Ping.counter(data, at));
                    return;
                }
            }
            counters.count(PingEvent.UNKNOWN_PAYLOAD);
        } else if (Ping.isLegacy(data, at, length)) {
            UdpEndpoint from = receiver.source(i);
            for (MediaRoute route : routes) {
                if (route.isLegacyFrom(from)) {
                    ping(route, i, 0);
                    return;
                }
            }
            counters.count(PingEvent.UNKNOWN_ADDRESS);
        } else {
            counters.count(PingEvent.NO_PING);
        }
    }

    private void ping(MediaRoute route, int i, int counter) {
        UdpEndpoint known = route.destination();
        PingEvent event = route.ping(counter, known != null && receiver.isFrom(i, known), System.nanoTime());
        counters.count(event);
        if (event == PingEvent.FIRST || event == PingEvent.MOVED) {
            UdpEndpoint from = receiver.source(i);
            route.moveTo(from, receiver.localAddress(i));
            LOG.log(event == PingEvent.FIRST ? Level.DEBUG : Level.INFO, "{0} goes to {1}", kind, from);
        }
    }

    /** Ends the receive thread and closes the port. All streams have been closed before. */
    @Override
    public void close() {
        if (closing) {
            return;
        }
        closing = true;
        receiver.wake();
        ThreadEnd.await(thread);
        receiver.close();
        socket.close();
    }
}
