package lumen.host.media;

import java.net.InetAddress;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import lumen.posix.UdpEndpoint;

/**
 * Where one session's video or audio goes: unknown until the client's first ping, which may come long
 * before the stream starts. The socket's receive thread writes, the stream's threads read.
 */
public final class MediaRoute {
    /** A client's address may change this often: enough for a network change, too little for a flood. */
    static final long MOVE_INTERVAL_NANOS = 1_000_000_000;

    private final boolean legacy;
    private final long payloadHigh;
    private final long payloadLow;
    private final UdpEndpoint legacyClient;
    private final UdpEndpoint controlAddress;
    private volatile UdpEndpoint destination;
    private volatile UdpEndpoint source;
    private volatile Thread waiter;
    private int lastCounter;
    private long lastMoveNanos;

    private MediaRoute(boolean legacy, long payloadHigh, long payloadLow, InetAddress legacyClient, InetAddress local) {
        this.legacy = legacy;
        this.payloadHigh = payloadHigh;
        this.payloadLow = payloadLow;
        this.legacyClient = legacyClient == null ? null : UdpEndpoint.of(legacyClient, 0);
        controlAddress = local == null || local.isAnyLocalAddress() ? null : UdpEndpoint.of(local, 0);
        source = controlAddress;
    }

    static MediaRoute byPayload(long high, long low, InetAddress local) {
        return new MediaRoute(false, high, low, null, local);
    }

    static MediaRoute byAddress(InetAddress client, InetAddress local) {
        return new MediaRoute(true, 0, 0, client, local);
    }

    /** Where datagrams go, or {@code null} before the first ping. The same object until it changes. */
    public UdpEndpoint destination() {
        return destination;
    }

    /** The local address they leave from; {@code null}: the kernel's choice. */
    public UdpEndpoint source() {
        return source;
    }

    /**
     * Waits for the first ping.
     *
     * @return false if none came in that time, or the thread was interrupted
     */
    public boolean awaitDestination(long timeoutNanos) {
        long deadline = System.nanoTime() + timeoutNanos;
        waiter = Thread.currentThread();
        while (destination == null) {
            long rest = deadline - System.nanoTime();
            if (rest <= 0 || Thread.currentThread().isInterrupted()) {
                return false;
            }
            LockSupport.parkNanos(this, Math.min(rest, TimeUnit.MILLISECONDS.toNanos(100)));
        }
        return true;
    }

    boolean hasPayload(long high, long low) {
        return !legacy && payloadHigh == high && payloadLow == low;
    }

    boolean isLegacyFrom(UdpEndpoint from) {
        return legacy && legacyClient.sameAddress(from);
    }

    /** Receive thread: is this ping's counter new, and where did it come from? {@code null}: nothing changes. */
    PingEvent ping(int counter, boolean samePlace, long nowNanos) {
        if (destination == null) {
            lastCounter = counter;
            return PingEvent.FIRST;
        }
        if (samePlace) {
            if (Integer.compareUnsigned(counter, lastCounter) > 0) {
                lastCounter = counter;
            }
            return PingEvent.REPEATED;
        }
        if (legacy || Integer.compareUnsigned(counter, lastCounter) <= 0) {
            return PingEvent.STALE_COUNTER;
        }
        if (lastMoveNanos != 0 && nowNanos - lastMoveNanos < MOVE_INTERVAL_NANOS) {
            return PingEvent.MOVED_TOO_SOON;
        }
        lastCounter = counter;
        lastMoveNanos = nowNanos;
        return PingEvent.MOVED;
    }

    /** Receive thread: media go there from now on, from the address the ping came to unless one was given. */
    void moveTo(UdpEndpoint to, UdpEndpoint arrivedAt) {
        if (controlAddress == null) {
            source = arrivedAt;
        }
        destination = to;
        Thread t = waiter;
        if (t != null) {
            LockSupport.unpark(t);
        }
    }
}
