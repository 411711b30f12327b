package lumen.core.enet;

import java.net.SocketAddress;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Optional;
import java.util.random.RandomGenerator;
import lumen.core.enet.EnetProtocol.Connect;
import lumen.core.enet.EnetProtocol.Header;
import lumen.core.metrics.EventCounters;

/**
 * The ENet machine: one socket's worth of peers. Feed it every datagram with {@link #receive}, take the
 * events, then {@link #poll} it for what is to be sent, and again no later than {@link #nextDeadlineNanos()}.
 * Acknowledgements leave at the poll after the datagram they answer. Confined to one thread; times are
 * nanoseconds of one monotonic clock.
 *
 * <p>Nothing that arrives makes it throw or grow beyond its {@link EnetSettings}: every datagram or
 * command without effect is counted in {@link #drops()}. Datagrams are accepted from any address, as ENet
 * does, but only {@link EnetPeer#adopt} changes where the answers go, and a peer can't be disconnected
 * from a foreign address.
 */
public final class EnetHost {
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final EnetSettings settings;
    private final RandomGenerator random;
    private final EnetPeer[] slots;
    /** The session id that each slot's last connection used towards the other side. */
    private final int[] lastSessions;
    private final ArrayDeque<EnetEvent> events = new ArrayDeque<>();
    private final EventCounters<EnetDrop> drops = new EventCounters<>(EnetDrop.class);
    private final CommandReader reader = new CommandReader(drops, events, this::close);
    private long lastPollNanos;

    /** @param random makes the connect ids of outgoing connections */
    public EnetHost(EnetSettings settings, RandomGenerator random) {
        this.settings = settings;
        this.random = random;
        slots = new EnetPeer[settings.maxPeers()];
        lastSessions = new int[slots.length];
        Arrays.fill(lastSessions, EnetProtocol.NO_SESSION);
    }

    /** What had no effect, and why. Any thread may read it. */
    public EventCounters<EnetDrop> drops() {
        return drops;
    }

    /** Connections that exist, half-open ones included. */
    public int peers() {
        int n = 0;
        for (EnetPeer p : slots) {
            n += p != null ? 1 : 0;
        }
        return n;
    }

    /** The oldest event not yet taken. */
    public Optional<EnetEvent> nextEvent() {
        return Optional.ofNullable(events.poll());
    }

    /**
     * Starts a connection; ends in {@link EnetEvent.Connected} or {@link EnetEvent.Disconnected}.
     *
     * @param channels channels asked for, 1 to 255
     * @param data     the connect data for the other side
     * @throws IllegalStateException if all slots are in use
     */
    public EnetPeer connect(SocketAddress to, int channels, int data, long nowNanos) {
        int slot = freeSlot();
        if (slot < 0) {
            throw new IllegalStateException("all " + slots.length + " slots are in use");
        }
        EnetPeer peer = newPeer(slot, to, EnetPeer.State.CONNECTING, nowNanos);
        grantChannels(peer, channels);
        peer.connectData = data;
        peer.outgoingSession = lastSessions[slot];
        peer.incomingSession = lastSessions[slot];
        putConnectId(peer, random.nextInt());
        byte[] command = peer.sender.peerCommand(EnetProtocol.CONNECT | EnetProtocol.FLAG_ACKNOWLEDGE);
        describe(command, peer, peer.incomingSession, peer.outgoingSession, channels);
        EnetProtocol.put32(command, Connect.DATA, data);
        peer.sender.queue(command);
        return peer;
    }

    /** Takes one datagram. Never throws for its content. */
    public void receive(byte[] data, int at, int length, SocketAddress from, long nowNanos) {
        if (length < Header.SHORT_LENGTH) {
            drops.count(EnetDrop.RUNT_DATAGRAM);
            return;
        }
        if (length > EnetProtocol.MAX_MTU) {
            drops.count(EnetDrop.OVERSIZE_DATAGRAM);
            return;
        }
        int head = EnetProtocol.u16(data, at);
        boolean timed = (head & Header.HAS_SENT_TIME) != 0;
        int headLength = timed ? Header.LENGTH : Header.SHORT_LENGTH;
        if (length < headLength) {
            drops.count(EnetDrop.RUNT_DATAGRAM);
            return;
        }
        if ((head & Header.COMPRESSED) != 0) {
            drops.count(EnetDrop.COMPRESSED_DATAGRAM);
            return;
        }
        int id = head & Header.PEER_MASK;
        int commands = at + headLength;
        int end = at + length;
        if (id == EnetProtocol.UNKNOWN_PEER) {
            accept(data, commands, end, from, millis(nowNanos));
            return;
        }
        EnetPeer peer = id < slots.length ? slots[id] : null;
        if (peer == null) {
            drops.count(EnetDrop.UNKNOWN_PEER);
            return;
        }
        int session = head >> Header.SESSION_SHIFT & Header.SESSION_MASK;
        if (peer.outgoingPeerId != EnetProtocol.UNKNOWN_PEER && session != peer.incomingSession) {
            drops.count(EnetDrop.WRONG_SESSION);
            return;
        }
        peer.dirty = true;
        int sentTime = timed ? EnetProtocol.u16(data, at + Header.SENT_TIME) : -1;
        reader.read(peer, data, commands, end, sentTime, from, millis(nowNanos));
    }

    /** Sends what is due: acknowledgements, messages, retransmissions, pings; gives up silent peers. */
    public void poll(long nowNanos, DatagramSink out) {
        lastPollNanos = nowNanos;
        long now = millis(nowNanos);
        for (EnetPeer peer : slots) {
            if (peer != null) {
                poll(peer, now, out);
            }
        }
    }

    private void poll(EnetPeer peer, long now, DatagramSink out) {
        peer.dirty = false;
        if (peer.timedOut(now)) {
            boolean known = peer.state != EnetPeer.State.ACKNOWLEDGING_CONNECT;
            EnetEvent.Cause cause = peer.state == EnetPeer.State.DISCONNECTING ? EnetEvent.Cause.LOCAL : EnetEvent.Cause.TIMEOUT;
            close(peer);
            if (known) {
                events.add(new EnetEvent.Disconnected(peer, cause, 0));
            }
            return;
        }
        peer.pingIfQuiet(now);
        peer.flush(now, out);
        switch (peer.state) {
            case ACKNOWLEDGING_DISCONNECT, CLOSING -> close(peer);
            case DISCONNECT_LATER -> {
                if (peer.sender.drained()) {
                    peer.disconnect(peer.disconnectData);
                    peer.flush(now, out);
                }
            }
            default -> {
                // goes on
            }
        }
    }

    /**
     * When {@link #poll} is needed again: {@code Long.MAX_VALUE} if nothing is going on, not later than the
     * last poll's time if something waits to be sent.
     */
    public long nextDeadlineNanos() {
        long next = Long.MAX_VALUE;
        for (EnetPeer peer : slots) {
            if (peer != null) {
                if (peer.dirty) {
                    return lastPollNanos;
                }
                next = Math.min(next, peer.nextDeadline());
            }
        }
        return next > Long.MAX_VALUE / NANOS_PER_MILLI ? Long.MAX_VALUE : next * NANOS_PER_MILLI;
    }

    /** A datagram from someone without a slot: only CONNECT means anything. */
    private void accept(byte[] d, int c, int end, SocketAddress from, long now) {
        if (end - c < EnetProtocol.length(EnetProtocol.CONNECT)) {
            drops.count(EnetDrop.UNKNOWN_PEER);
            return;
        }
        int typeAndFlags = EnetProtocol.u8(d, c + EnetProtocol.Command.TYPE_AND_FLAGS);
        if ((typeAndFlags & EnetProtocol.TYPE_MASK) != EnetProtocol.CONNECT) {
            drops.count(EnetDrop.UNKNOWN_PEER);
            return;
        }
        long channels = EnetProtocol.u32(d, c + Connect.CHANNELS);
        int theirPeer = EnetProtocol.u16(d, c + Connect.PEER);
        if (channels < 1 || channels > 255 || theirPeer >= EnetProtocol.UNKNOWN_PEER) {
            drops.count(EnetDrop.BAD_CONNECT);
            return;
        }
        for (EnetPeer p : slots) {
            if (p != null && p.state != EnetPeer.State.CONNECTING && p.address().equals(from)
                    && Arrays.equals(p.connectId, 0, 4, d, c + Connect.CONNECT_ID, c + Connect.CONNECT_ID + 4)) {
                drops.count(EnetDrop.DUPLICATE_CONNECT);
                return;
            }
        }
        int slot = freeSlot();
        if (slot < 0) {
            slot = evictHalfOpen();
        }
        if (slot < 0) {
            drops.count(EnetDrop.NO_FREE_SLOT);
            return;
        }
        EnetPeer peer = newPeer(slot, from, EnetPeer.State.ACKNOWLEDGING_CONNECT, now * NANOS_PER_MILLI);
        grantChannels(peer, (int) Math.min(channels, settings.channelLimit()));
        System.arraycopy(d, c + Connect.CONNECT_ID, peer.connectId, 0, 4);
        peer.connectData = EnetProtocol.i32(d, c + Connect.DATA);
        peer.outgoingPeerId = theirPeer;
        peer.roundTrip.interval = EnetProtocol.i32(d, c + Connect.THROTTLE_INTERVAL);
        peer.roundTrip.acceleration = EnetProtocol.i32(d, c + Connect.THROTTLE_ACCELERATION);
        peer.roundTrip.deceleration = EnetProtocol.i32(d, c + Connect.THROTTLE_DECELERATION);
        peer.sender.mtu = Math.min(settings.mtu(), Math.clamp(EnetProtocol.u32(d, c + Connect.MTU), EnetProtocol.MIN_MTU, EnetProtocol.MAX_MTU));
        peer.sender.window = Math.clamp(Math.min(settings.windowSize(), EnetProtocol.u32(d, c + Connect.WINDOW)), EnetProtocol.MIN_WINDOW, EnetProtocol.MAX_WINDOW);
        int towardsThem = rotate(EnetProtocol.u8(d, c + Connect.INCOMING_SESSION), lastSessions[slot]);
        int towardsUs = rotate(EnetProtocol.u8(d, c + Connect.OUTGOING_SESSION), lastSessions[slot]);
        lastSessions[slot] = towardsThem;
        peer.outgoingSession = towardsThem;
        peer.incomingSession = towardsUs;
        byte[] verify = peer.sender.peerCommand(EnetProtocol.VERIFY_CONNECT | EnetProtocol.FLAG_ACKNOWLEDGE);
        describe(verify, peer, towardsThem, towardsUs, peer.channels());
        peer.sender.queue(verify);
    }

    /** The next session id of a slot: never the one its last connection had. */
    private static int rotate(int offered, int previous) {
        int s = (offered == EnetProtocol.NO_SESSION ? previous : offered) + 1 & Header.SESSION_MASK;
        return s == previous ? s + 1 & Header.SESSION_MASK : s;
    }

    /** Fills in the fields that CONNECT and VERIFY_CONNECT have in common. */
    private static void describe(byte[] command, EnetPeer peer, int incomingSession, int outgoingSession, int channels) {
        EnetProtocol.put16(command, Connect.PEER, peer.slot);
        command[Connect.INCOMING_SESSION] = (byte) incomingSession;
        command[Connect.OUTGOING_SESSION] = (byte) outgoingSession;
        EnetProtocol.put32(command, Connect.MTU, peer.sender.mtu);
        EnetProtocol.put32(command, Connect.WINDOW, peer.sender.window);
        EnetProtocol.put32(command, Connect.CHANNELS, channels);
        EnetProtocol.put32(command, Connect.THROTTLE_INTERVAL, peer.roundTrip.interval);
        EnetProtocol.put32(command, Connect.THROTTLE_ACCELERATION, peer.roundTrip.acceleration);
        EnetProtocol.put32(command, Connect.THROTTLE_DECELERATION, peer.roundTrip.deceleration);
        System.arraycopy(peer.connectId, 0, command, Connect.CONNECT_ID, 4);
    }

    private static void putConnectId(EnetPeer peer, int id) {
        EnetProtocol.put32(peer.connectId, 0, id);
    }

    private EnetPeer newPeer(int slot, SocketAddress address, EnetPeer.State state, long nowNanos) {
        EnetPeer peer = new EnetPeer(slot, settings, new PeerSender(settings, drops), address, state, millis(nowNanos));
        peer.dirty = true;
        slots[slot] = peer;
        return peer;
    }

    private void grantChannels(EnetPeer peer, int channels) {
        peer.receivers = new ChannelReceiver[channels];
    }

    private int freeSlot() {
        for (int i = 0; i < slots.length; i++) {
            if (slots[i] == null) {
                return i;
            }
        }
        return -1;
    }

    /** Frees the slot of the oldest connection that never got beyond its CONNECT; -1 if there is none. */
    private int evictHalfOpen() {
        EnetPeer oldest = null;
        for (EnetPeer p : slots) {
            if (p.state == EnetPeer.State.ACKNOWLEDGING_CONNECT && (oldest == null || p.openedMillis < oldest.openedMillis)) {
                oldest = p;
            }
        }
        if (oldest == null) {
            return -1;
        }
        drops.count(EnetDrop.HALF_OPEN_EVICTED);
        close(oldest);
        return oldest.slot;
    }

    private void close(EnetPeer peer) {
        if (peer.state == EnetPeer.State.DISCONNECTED) {
            return;
        }
        peer.state = EnetPeer.State.DISCONNECTED;
        peer.sender.clear();
        peer.receivers = new ChannelReceiver[0];
        slots[peer.slot] = null;
        if (peer.outgoingSession != EnetProtocol.NO_SESSION) {
            lastSessions[peer.slot] = peer.outgoingSession;
        }
    }

    private static long millis(long nanos) {
        return Math.floorDiv(nanos, NANOS_PER_MILLI);
    }
}
