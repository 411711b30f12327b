package lumen.core.enet;

import java.net.SocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import lumen.core.metrics.EventCounters;

/**
 * What one peer is owed: acknowledgements, new commands, and those whose acknowledgement stays away.
 * Packs them into datagrams (streams reference, 3.2 and 3.5).
 */
final class PeerSender {
    /** Acknowledgements kept between two polls; a datagram asks for at most 32. */
    private static final int MAX_ACKNOWLEDGEMENTS = 1024;
    /** Commands unacknowledged or unsent; keeps every channel's numbers inside the receiver's windows. */
    private static final int MAX_COMMANDS = 2048;
    /** What a queued command costs besides its bytes. */
    private static final int OVERHEAD = 96;

    /** Sequence numbers of one channel, and its unacknowledged commands in order. */
    private static final class Channel {
        int reliable;
        int unreliable;
        final ArrayDeque<Outgoing> unacknowledged = new ArrayDeque<>(4);
    }

    private record Owed(int channel, int sequence, int sentTime) {
    }

    private final EnetSettings settings;
    private final EventCounters<EnetDrop> drops;
    private final byte[] datagram;
    private final Channel[] channels = new Channel[256];
    private final ArrayDeque<Owed> owed = new ArrayDeque<>();
    private final ArrayDeque<Outgoing> ready = new ArrayDeque<>();
    private final Map<Integer, Outgoing> sent = new LinkedHashMap<>();
    private int unsequencedGroup;
    private int queuedBytes;
    private int inTransit;
    private int inFlight;
    private long earliestTimeout = Long.MIN_VALUE;
    private long retransmissions;

    int mtu;
    int window;

    PeerSender(EnetSettings settings, EventCounters<EnetDrop> drops) {
        this.settings = settings;
        this.drops = drops;
        mtu = settings.mtu();
        window = settings.windowSize();
        datagram = new byte[settings.mtu()];
    }

    private Channel channel(int id) {
        Channel c = channels[id];
        if (c == null) {
            c = new Channel();
            channels[id] = c;
        }
        return c;
    }

    void acknowledge(int channel, int sequence, int sentTime) {
        if (owed.size() >= MAX_ACKNOWLEDGEMENTS) {
            drops.count(EnetDrop.ACKNOWLEDGEMENT_OVERFLOW);
            return;
        }
        owed.add(new Owed(channel, sequence, sentTime));
    }

    boolean owesAcknowledgements() {
        return !owed.isEmpty();
    }

    /** A peer-level command with its sequence number in place; the caller fills in the fields. */
    byte[] peerCommand(int typeAndFlags) {
        Channel c = channel(EnetProtocol.PEER_CHANNEL);
        c.reliable = c.reliable + 1 & 0xFFFF;
        return EnetProtocol.command(typeAndFlags, EnetProtocol.PEER_CHANNEL, c.reliable, 0);
    }

    void queue(byte[] command) {
        add(new Outgoing(command, 0));
    }

    private void add(Outgoing o) {
        queuedBytes += o.bytes.length + OVERHEAD;
        if (o.reliable) {
            channel(o.channel).unacknowledged.add(o);
        }
        ready.add(o);
    }

    /** Queues a message; false if the budget is used up. */
    boolean message(int channelId, byte[] data, Delivery delivery) {
        int room = mtu - EnetProtocol.Header.LENGTH;
        Delivery d = data.length > room - EnetProtocol.length(EnetProtocol.SEND_UNRELIABLE) ? Delivery.RELIABLE : delivery;
        int slice = room - EnetProtocol.length(EnetProtocol.SEND_FRAGMENT);
        int commands = data.length <= room - EnetProtocol.length(EnetProtocol.SEND_RELIABLE) ? 1 : (data.length + slice - 1) / slice;
        if (queuedBytes + data.length + commands * OVERHEAD > settings.sendBudgetBytes()
                || sent.size() + ready.size() + commands > MAX_COMMANDS) {
            drops.count(EnetDrop.SEND_BUDGET);
            return false;
        }
        Channel c = channel(channelId);
        switch (d) {
            case RELIABLE -> {
                if (commands == 1) {
                    c.reliable = c.reliable + 1 & 0xFFFF;
                    single(EnetProtocol.SEND_RELIABLE | EnetProtocol.FLAG_ACKNOWLEDGE, channelId, c.reliable,
                            EnetProtocol.Reliable.DATA_LENGTH, data, -1);
                } else {
                    fragments(channelId, c, data, commands, slice);
                }
                c.unreliable = 0;
            }
            case UNRELIABLE -> {
                c.unreliable = c.unreliable + 1 & 0xFFFF;
                single(EnetProtocol.SEND_UNRELIABLE, channelId, c.reliable, EnetProtocol.Unreliable.DATA_LENGTH, data, c.unreliable);
            }
            case UNSEQUENCED -> {
                unsequencedGroup = unsequencedGroup + 1 & 0xFFFF;
                single(EnetProtocol.SEND_UNSEQUENCED | EnetProtocol.FLAG_UNSEQUENCED, channelId, 0,
                        EnetProtocol.Unreliable.DATA_LENGTH, data, unsequencedGroup);
            }
        }
        return true;
    }

    private void single(int type, int channel, int sequence, int lengthAt, byte[] data, int number) {
        byte[] command = EnetProtocol.command(type, channel, sequence, data.length);
        if (number >= 0) {
            EnetProtocol.put16(command, EnetProtocol.Unreliable.NUMBER, number);
        }
        EnetProtocol.put16(command, lengthAt, data.length);
        System.arraycopy(data, 0, command, command.length - data.length, data.length);
        add(new Outgoing(command, data.length));
    }

    private void fragments(int channelId, Channel c, byte[] data, int count, int slice) {
        int start = c.reliable + 1 & 0xFFFF;
        for (int n = 0; n < count; n++) {
            int offset = n * slice;
            int length = Math.min(slice, data.length - offset);
            c.reliable = c.reliable + 1 & 0xFFFF;
            byte[] command = EnetProtocol.command(EnetProtocol.SEND_FRAGMENT | EnetProtocol.FLAG_ACKNOWLEDGE, channelId, c.reliable, length);
            EnetProtocol.put16(command, EnetProtocol.Fragment.START, start);
            EnetProtocol.put16(command, EnetProtocol.Fragment.DATA_LENGTH, length);
            EnetProtocol.put32(command, EnetProtocol.Fragment.COUNT, count);
            EnetProtocol.put32(command, EnetProtocol.Fragment.NUMBER, n);
            EnetProtocol.put32(command, EnetProtocol.Fragment.TOTAL, data.length);
            EnetProtocol.put32(command, EnetProtocol.Fragment.OFFSET, offset);
            System.arraycopy(data, offset, command, command.length - length, length);
            add(new Outgoing(command, length));
        }
    }

    /** Forgets an acknowledged command; its type, or 0 if there was none. */
    int acknowledged(int channelId, int sequence) {
        Outgoing o = sent.remove(Outgoing.key(channelId, sequence));
        if (o == null) {
            return 0;
        }
        earliestTimeout = Long.MIN_VALUE;
        o.acknowledged = true;
        queuedBytes -= o.bytes.length + OVERHEAD;
        land(o);
        ArrayDeque<Outgoing> order = channel(channelId).unacknowledged;
        while (!order.isEmpty() && order.peek().acknowledged) {
            order.remove();
        }
        return o.type();
    }

    private void land(Outgoing o) {
        if (o.inFlight) {
            o.inFlight = false;
            inFlight--;
            inTransit -= o.dataLength;
        }
    }

    /** Nothing reliable waits for its acknowledgement or to be sent. */
    boolean drained() {
        return sent.isEmpty() && ready.isEmpty();
    }

    boolean quiet() {
        return inFlight == 0 && ready.isEmpty();
    }

    long retransmissions() {
        return retransmissions;
    }

    /** Drops all messages, both ways of the connection being over. */
    void clear() {
        ready.clear();
        sent.clear();
        owed.clear();
        for (Channel c : channels) {
            if (c != null) {
                c.unacknowledged.clear();
            }
        }
        queuedBytes = 0;
        inTransit = 0;
        inFlight = 0;
        earliestTimeout = Long.MIN_VALUE;
    }

    /** Puts overdue commands back in front of the queue; true if the peer is to be given up. */
    boolean timedOut(long now, RoundTrip rtt, int limit, int minimum, int maximum) {
        List<Outgoing> overdue = new ArrayList<>(0);
        for (Outgoing o : sent.values()) {
            if (!o.inFlight || now - o.sentAtMillis < o.timeoutMillis) {
                continue;
            }
            if (earliestTimeout == Long.MIN_VALUE || o.sentAtMillis < earliestTimeout) {
                earliestTimeout = o.sentAtMillis;
            }
            long waited = now - earliestTimeout;
            if (waited >= maximum || waited >= minimum && (o.attempts > 31 || 1L << o.attempts - 1 >= limit)) {
                return true;
            }
            overdue.add(o);
        }
        for (Outgoing o : overdue.reversed()) {
            land(o);
            o.timeoutMillis = rtt.timeout(o.attempts, limit, maximum);
            ready.addFirst(o);
            retransmissions++;
        }
        return false;
    }

    /** When the next retransmission is due, in milliseconds; {@code Long.MAX_VALUE} if none. */
    long nextTimeout() {
        long next = Long.MAX_VALUE;
        for (Outgoing o : sent.values()) {
            if (o.inFlight) {
                next = Math.min(next, o.sentAtMillis + o.timeoutMillis);
            }
        }
        return next;
    }

    /** Sends what is owed and what the window allows. */
    void flush(long now, RoundTrip rtt, int limit, int timeoutMaximum, int peerId, int session, SocketAddress to, DatagramSink out) {
        while (true) {
            int at = EnetProtocol.Header.LENGTH;
            int commands = 0;
            boolean timed = false;
            while (commands < EnetProtocol.MAX_COMMANDS && !owed.isEmpty() && at + EnetProtocol.Acknowledge.LENGTH <= mtu) {
                Owed a = owed.remove();
                datagram[at] = EnetProtocol.ACKNOWLEDGE;
                datagram[at + EnetProtocol.Command.CHANNEL] = (byte) a.channel;
                EnetProtocol.put16(datagram, at + EnetProtocol.Command.SEQUENCE, a.sequence);
                EnetProtocol.put16(datagram, at + EnetProtocol.Acknowledge.SEQUENCE, a.sequence);
                EnetProtocol.put16(datagram, at + EnetProtocol.Acknowledge.SENT_TIME, a.sentTime);
                at += EnetProtocol.Acknowledge.LENGTH;
                commands++;
            }
            for (Iterator<Outgoing> i = ready.iterator(); i.hasNext() && commands < EnetProtocol.MAX_COMMANDS;) {
                Outgoing o = i.next();
                if (o.acknowledged) {
                    i.remove();
                    continue;
                }
                if (at + o.bytes.length > mtu || o.reliable && !windowAllows(o, rtt)) {
                    break;
                }
                i.remove();
                System.arraycopy(o.bytes, 0, datagram, at, o.bytes.length);
                at += o.bytes.length;
                commands++;
                if (o.reliable) {
                    timed = true;
                    launch(o, now, rtt, limit, timeoutMaximum);
                } else {
                    queuedBytes -= o.bytes.length + OVERHEAD;
                }
            }
            if (commands == 0) {
                return;
            }
            int head = timed ? 0 : EnetProtocol.Header.LENGTH - EnetProtocol.Header.SHORT_LENGTH;
            int flags = timed ? EnetProtocol.Header.HAS_SENT_TIME : 0;
            int sessionBits = peerId == EnetProtocol.UNKNOWN_PEER ? 0 : (session & EnetProtocol.Header.SESSION_MASK) << EnetProtocol.Header.SESSION_SHIFT;
            EnetProtocol.put16(datagram, head, peerId | sessionBits | flags);
            if (timed) {
                EnetProtocol.put16(datagram, EnetProtocol.Header.SENT_TIME, (int) now);
            }
            out.send(datagram, head, at - head, to);
        }
    }

    private boolean windowAllows(Outgoing o, RoundTrip rtt) {
        if (inTransit > 0 && inTransit + o.dataLength > Math.max(window * rtt.throttle() / RoundTrip.SCALE, mtu)) {
            return false;
        }
        Outgoing oldest = channel(o.channel).unacknowledged.peek();
        return oldest == null || (o.sequence - oldest.sequence & 0xFFFF) < 1 << EnetProtocol.WINDOW_SHIFT;
    }

    private void launch(Outgoing o, long now, RoundTrip rtt, int limit, int timeoutMaximum) {
        if (o.attempts == 0) {
            o.timeoutMillis = rtt.timeout(0, limit, timeoutMaximum);
            sent.put(o.key(), o);
        }
        o.attempts++;
        o.sentAtMillis = now;
        o.inFlight = true;
        inFlight++;
        inTransit += o.dataLength;
    }
}
