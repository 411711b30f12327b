package lumen.core.enet;

import java.net.SocketAddress;
import java.util.Arrays;
import java.util.Queue;
import java.util.function.Consumer;
import lumen.core.enet.EnetProtocol.Acknowledge;
import lumen.core.enet.EnetProtocol.Command;
import lumen.core.enet.EnetProtocol.Connect;
import lumen.core.metrics.EventCounters;

/**
 * Reads the commands of a known peer's datagram and moves its connection along (streams reference, 3.3
 * to 3.6). The first command that can't be right ends the datagram; what came before it stands.
 */
final class CommandReader {
    private enum Outcome {
        /** Acknowledge it if it asks for that. */
        TAKEN,
        /** Go on, but don't acknowledge. */
        REFUSED,
        /** Stop reading the datagram. */
        INVALID
    }

    private final EventCounters<EnetDrop> drops;
    private final Queue<EnetEvent> events;
    private final Consumer<EnetPeer> closer;

    CommandReader(EventCounters<EnetDrop> drops, Queue<EnetEvent> events, Consumer<EnetPeer> closer) {
        this.drops = drops;
        this.events = events;
        this.closer = closer;
    }

    /** @param sentTime the datagram's sent time, or -1 if it carries none */
    void read(EnetPeer peer, byte[] d, int at, int end, int sentTime, SocketAddress from, long now) {
        int c = at;
        while (end - c >= EnetProtocol.length(EnetProtocol.PING)) {
            int typeAndFlags = EnetProtocol.u8(d, c + Command.TYPE_AND_FLAGS);
            int type = typeAndFlags & EnetProtocol.TYPE_MASK;
            int length = EnetProtocol.length(type);
            if (length == 0) {
                drops.count(EnetDrop.UNKNOWN_COMMAND);
                return;
            }
            int dataLengthAt = EnetProtocol.dataLengthAt(type);
            if (end - c < length || dataLengthAt >= 0 && end - c - length < EnetProtocol.u16(d, c + dataLengthAt)) {
                drops.count(EnetDrop.TRUNCATED_COMMAND);
                return;
            }
            int dataLength = dataLengthAt >= 0 ? EnetProtocol.u16(d, c + dataLengthAt) : 0;
            Outcome outcome = command(peer, type, typeAndFlags, d, c, dataLength, from, now);
            if (outcome == Outcome.INVALID) {
                return;
            }
            if ((typeAndFlags & EnetProtocol.FLAG_ACKNOWLEDGE) != 0) {
                if (sentTime < 0) {
                    return;
                }
                if (outcome == Outcome.TAKEN && mayAcknowledge(peer, type)) {
                    peer.sender.acknowledge(EnetProtocol.u8(d, c + Command.CHANNEL), EnetProtocol.u16(d, c + Command.SEQUENCE), sentTime);
                }
            }
            c += length + dataLength;
        }
    }

    private static boolean mayAcknowledge(EnetPeer peer, int type) {
        return switch (peer.state) {
            case CONNECTED, DISCONNECT_LATER, CONNECTING -> true;
            case ACKNOWLEDGING_DISCONNECT -> type == EnetProtocol.DISCONNECT;
            case ACKNOWLEDGING_CONNECT, DISCONNECTING, CLOSING, DISCONNECTED -> false;
        };
    }

    private Outcome command(EnetPeer peer, int type, int typeAndFlags, byte[] d, int c, int dataLength, SocketAddress from, long now) {
        return switch (type) {
            case EnetProtocol.ACKNOWLEDGE -> acknowledge(peer, d, c, now);
            case EnetProtocol.VERIFY_CONNECT -> verify(peer, d, c, now);
            case EnetProtocol.DISCONNECT -> disconnect(peer, typeAndFlags, d, c, from);
            case EnetProtocol.PING, EnetProtocol.BANDWIDTH_LIMIT -> peer.carriesData() ? Outcome.TAKEN : wrongState();
            case EnetProtocol.THROTTLE_CONFIGURE -> {
                if (!peer.carriesData()) {
                    yield wrongState();
                }
                peer.roundTrip.interval = EnetProtocol.i32(d, c + EnetProtocol.Throttle.INTERVAL);
                peer.roundTrip.acceleration = EnetProtocol.i32(d, c + EnetProtocol.Throttle.ACCELERATION);
                peer.roundTrip.deceleration = EnetProtocol.i32(d, c + EnetProtocol.Throttle.DECELERATION);
                yield Outcome.TAKEN;
            }
            case EnetProtocol.SEND_RELIABLE, EnetProtocol.SEND_UNRELIABLE, EnetProtocol.SEND_FRAGMENT,
                 EnetProtocol.SEND_UNSEQUENCED, EnetProtocol.SEND_UNRELIABLE_FRAGMENT -> data(peer, type, d, c, dataLength, from);
            default -> wrongState();
        };
    }

    private Outcome wrongState() {
        drops.count(EnetDrop.WRONG_STATE);
        return Outcome.INVALID;
    }

    private Outcome acknowledge(EnetPeer peer, byte[] d, int c, long now) {
        int sequence = EnetProtocol.u16(d, c + Acknowledge.SEQUENCE);
        int type = peer.sender.acknowledged(EnetProtocol.u8(d, c + Command.CHANNEL), sequence);
        if (peer.state == EnetPeer.State.ACKNOWLEDGING_CONNECT && type != EnetProtocol.VERIFY_CONNECT) {
            return wrongState();
        }
        if (type == 0) {
            drops.count(EnetDrop.STRAY_ACKNOWLEDGEMENT);
        }
        int elapsed = (int) now - EnetProtocol.u16(d, c + Acknowledge.SENT_TIME) & 0xFFFF;
        if (elapsed < 0x8000) {
            peer.roundTrip.sample(now, elapsed);
            peer.lastAcknowledgedMillis = now;
        }
        if (type == EnetProtocol.VERIFY_CONNECT && peer.state == EnetPeer.State.ACKNOWLEDGING_CONNECT) {
            peer.state = EnetPeer.State.CONNECTED;
            events.add(new EnetEvent.Connected(peer, peer.connectData));
        } else if (type == EnetProtocol.DISCONNECT && peer.state == EnetPeer.State.DISCONNECTING) {
            end(peer, EnetEvent.Cause.LOCAL, 0);
        }
        return Outcome.TAKEN;
    }

    /** The host's answer to our CONNECT. */
    private Outcome verify(EnetPeer peer, byte[] d, int c, long now) {
        if (peer.state != EnetPeer.State.CONNECTING) {
            // A repeated VERIFY_CONNECT: our acknowledgement of the first was lost.
            return peer.carriesData() ? Outcome.TAKEN : Outcome.REFUSED;
        }
        long channels = EnetProtocol.u32(d, c + Connect.CHANNELS);
        if (channels < 1 || channels > peer.receivers.length
                || EnetProtocol.i32(d, c + Connect.THROTTLE_INTERVAL) != peer.roundTrip.interval
                || EnetProtocol.i32(d, c + Connect.THROTTLE_ACCELERATION) != peer.roundTrip.acceleration
                || EnetProtocol.i32(d, c + Connect.THROTTLE_DECELERATION) != peer.roundTrip.deceleration
                || !Arrays.equals(peer.connectId, 0, 4, d, c + Connect.CONNECT_ID, c + Connect.CONNECT_ID + 4)) {
            drops.count(EnetDrop.BAD_CONNECT);
            end(peer, EnetEvent.Cause.MISMATCH, 0);
            return Outcome.INVALID;
        }
        peer.sender.acknowledged(EnetProtocol.PEER_CHANNEL, 1);
        peer.receivers = Arrays.copyOf(peer.receivers, (int) channels);
        peer.outgoingPeerId = EnetProtocol.u16(d, c + Connect.PEER) & EnetProtocol.Header.PEER_MASK;
        peer.incomingSession = EnetProtocol.u8(d, c + Connect.INCOMING_SESSION) & EnetProtocol.Header.SESSION_MASK;
        peer.outgoingSession = EnetProtocol.u8(d, c + Connect.OUTGOING_SESSION) & EnetProtocol.Header.SESSION_MASK;
        long mtu = Math.clamp(EnetProtocol.u32(d, c + Connect.MTU), EnetProtocol.MIN_MTU, EnetProtocol.MAX_MTU);
        peer.sender.mtu = (int) Math.min(mtu, peer.sender.mtu);
        long window = Math.clamp(EnetProtocol.u32(d, c + Connect.WINDOW), EnetProtocol.MIN_WINDOW, EnetProtocol.MAX_WINDOW);
        peer.sender.window = (int) Math.min(window, peer.sender.window);
        peer.state = EnetPeer.State.CONNECTED;
        events.add(new EnetEvent.Connected(peer, peer.connectData));
        return Outcome.TAKEN;
    }

    private Outcome disconnect(EnetPeer peer, int typeAndFlags, byte[] d, int c, SocketAddress from) {
        if (!from.equals(peer.address())) {
            drops.count(EnetDrop.FOREIGN_DISCONNECT);
            return Outcome.REFUSED;
        }
        int data = EnetProtocol.i32(d, c + EnetProtocol.Disconnect.DATA);
        switch (peer.state) {
            case CONNECTED, DISCONNECT_LATER -> {
                EnetEvent.Cause cause = peer.state == EnetPeer.State.CONNECTED ? EnetEvent.Cause.REMOTE : EnetEvent.Cause.LOCAL;
                if ((typeAndFlags & EnetProtocol.FLAG_ACKNOWLEDGE) != 0) {
                    peer.sender.clear();
                    peer.state = EnetPeer.State.ACKNOWLEDGING_DISCONNECT;
                    events.add(new EnetEvent.Disconnected(peer, cause, data));
                } else {
                    end(peer, cause, data);
                }
            }
            case DISCONNECTING -> end(peer, EnetEvent.Cause.LOCAL, data);
            case CONNECTING -> end(peer, EnetEvent.Cause.REMOTE, data);
            case ACKNOWLEDGING_CONNECT -> closer.accept(peer);
            case ACKNOWLEDGING_DISCONNECT, CLOSING, DISCONNECTED -> {
                return Outcome.REFUSED;
            }
        }
        return Outcome.TAKEN;
    }

    private void end(EnetPeer peer, EnetEvent.Cause cause, int data) {
        closer.accept(peer);
        events.add(new EnetEvent.Disconnected(peer, cause, data));
    }

    private Outcome data(EnetPeer peer, int type, byte[] d, int c, int length, SocketAddress from) {
        if (!peer.carriesData()) {
            return wrongState();
        }
        int id = EnetProtocol.u8(d, c + Command.CHANNEL);
        if (id >= peer.receivers.length) {
            drops.count(EnetDrop.BAD_CHANNEL);
            return Outcome.INVALID;
        }
        int at = c + EnetProtocol.length(type);
        int sequence = EnetProtocol.u16(d, c + Command.SEQUENCE);
        Consumer<byte[]> deliver = message -> events.add(new EnetEvent.Received(peer, id, message, from));
        ChannelReceiver channel = peer.receivers[id];
        if (channel == null) {
            channel = new ChannelReceiver(peer.budget, peer.settings.maxMessageBytes(), drops);
            peer.receivers[id] = channel;
        }
        ChannelReceiver.Verdict verdict = switch (type) {
            case EnetProtocol.SEND_RELIABLE -> channel.reliable(sequence, d, at, length, deliver);
            case EnetProtocol.SEND_UNRELIABLE ->
                    channel.unreliable(sequence, EnetProtocol.u16(d, c + EnetProtocol.Unreliable.NUMBER), d, at, length, deliver);
            case EnetProtocol.SEND_FRAGMENT -> channel.fragment(d, c, deliver);
            case EnetProtocol.SEND_UNSEQUENCED -> {
                if (peer.unsequenced.accept(EnetProtocol.u16(d, c + EnetProtocol.Unreliable.NUMBER))) {
                    deliver.accept(Arrays.copyOfRange(d, at, at + length));
                } else {
                    drops.count(EnetDrop.DUPLICATE);
                }
                yield ChannelReceiver.Verdict.ACCEPTED;
            }
            default -> {
                drops.count(EnetDrop.UNRELIABLE_FRAGMENT);
                yield ChannelReceiver.Verdict.ACCEPTED;
            }
        };
        return verdict == ChannelReceiver.Verdict.ACCEPTED ? Outcome.TAKEN : Outcome.REFUSED;
    }
}
