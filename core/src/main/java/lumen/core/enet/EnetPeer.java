package lumen.core.enet;

import java.net.SocketAddress;
import java.util.Objects;

/**
 * One connection of an {@link EnetHost}. Confined to the thread that drives its host. What is sent leaves
 * at the host's next poll.
 */
public final class EnetPeer {
    /** Milliseconds without an acknowledgement after which a ping asks for one. */
    private static final int PING_INTERVAL = 500;

    /** Where a connection stands. */
    public enum State {
        /** CONNECT sent. */
        CONNECTING,
        /** VERIFY_CONNECT sent. */
        ACKNOWLEDGING_CONNECT,
        CONNECTED,
        /** Disconnects as soon as everything queued has been acknowledged. */
        DISCONNECT_LATER,
        /** DISCONNECT sent. */
        DISCONNECTING,
        /** The other side disconnected; our acknowledgement of that is still to be sent. */
        ACKNOWLEDGING_DISCONNECT,
        /** A last datagram is still to be sent. */
        CLOSING,
        DISCONNECTED
    }

    final int slot;
    final EnetSettings settings;
    final RoundTrip roundTrip = new RoundTrip();
    final UnsequencedWindow unsequenced = new UnsequencedWindow();
    final ReceiveBudget budget;
    final PeerSender sender;
    final byte[] connectId = new byte[4];
    final long openedMillis;
    ChannelReceiver[] receivers;
    State state;
    int outgoingPeerId = EnetProtocol.UNKNOWN_PEER;
    int incomingSession = EnetProtocol.NO_SESSION;
    int outgoingSession = EnetProtocol.NO_SESSION;
    int connectData;
    int disconnectData;
    long lastAcknowledgedMillis = Long.MIN_VALUE;
    boolean dirty;
    private SocketAddress address;
    private int timeoutLimit;
    private int timeoutMinimum;
    private int timeoutMaximum;

    EnetPeer(int slot, EnetSettings settings, PeerSender sender, SocketAddress address, State state, long nowMillis) {
        this.slot = slot;
        this.settings = settings;
        this.sender = sender;
        this.address = address;
        this.state = state;
        openedMillis = nowMillis;
        budget = new ReceiveBudget(settings.receiveBudgetBytes());
        receivers = new ChannelReceiver[0];
        timeouts(settings.timeoutLimit(), settings.timeoutMinimum(), settings.timeoutMaximum());
    }

    /** Where this peer's datagrams go. */
    public SocketAddress address() {
        return address;
    }

    /**
     * The peer has moved: its datagrams go there from now on. ENet itself knows no authentication, so the
     * caller decides when a message has proved its origin.
     */
    public void adopt(SocketAddress moved) {
        address = Objects.requireNonNull(moved);
        dirty = true;
    }

    public State state() {
        return state;
    }

    /** True while messages can be sent. */
    public boolean connected() {
        return state == State.CONNECTED;
    }

    /** Channels both sides may use. */
    public int channels() {
        return receivers.length;
    }

    /** Mean round trip time in milliseconds, at least 1; 500 before the first measurement. */
    public int roundTripMillis() {
        return roundTrip.mean();
    }

    /** Mean deviation of the round trip time in milliseconds. */
    public int roundTripVarianceMillis() {
        return roundTrip.variance();
    }

    /** Commands sent again because their acknowledgement stayed away. */
    public long retransmissions() {
        return sender.retransmissions();
    }

    /** Bytes held for messages that are incomplete or ahead of their turn. */
    public int heldBytes() {
        return budget.used();
    }

    /** Changes when this peer is given up; see {@link EnetSettings}. */
    public void timeouts(int limit, int minimumMillis, int maximumMillis) {
        timeoutLimit = limit;
        timeoutMinimum = minimumMillis;
        timeoutMaximum = maximumMillis;
    }

    /**
     * Queues a message.
     *
     * @param data copied
     * @return false if it was not taken: not connected, or the send budget is used up (counted)
     * @throws IllegalArgumentException if the channel wasn't granted or the message is over the limit
     */
    public boolean send(int channel, byte[] data, Delivery delivery) {
        if (data.length > settings.maxMessageBytes()) {
            throw new IllegalArgumentException("message of " + data.length + " bytes, at most " + settings.maxMessageBytes());
        }
        if (state != State.CONNECTED) {
            return false;
        }
        if (channel < 0 || channel >= receivers.length) {
            throw new IllegalArgumentException("channel " + channel + " of " + receivers.length);
        }
        dirty = true;
        return sender.message(channel, data, delivery);
    }

    /** Drops what is queued and disconnects; ends with a {@link EnetEvent.Disconnected}. */
    public void disconnect(int data) {
        switch (state) {
            case CONNECTED, DISCONNECT_LATER -> {
                sender.clear();
                sender.queue(disconnectCommand(EnetProtocol.FLAG_ACKNOWLEDGE, data));
                state = State.DISCONNECTING;
                dirty = true;
            }
            case CONNECTING, ACKNOWLEDGING_CONNECT -> disconnectNow(data);
            default -> {
                // on its way out already
            }
        }
    }

    /** Disconnects once everything queued has been acknowledged; ends with a {@link EnetEvent.Disconnected}. */
    public void disconnectLater(int data) {
        if (state == State.CONNECTED) {
            state = State.DISCONNECT_LATER;
            disconnectData = data;
            dirty = true;
        } else {
            disconnect(data);
        }
    }

    /** Tells the other side once and forgets the connection; no event follows. */
    public void disconnectNow(int data) {
        if (state == State.DISCONNECTED || state == State.CLOSING) {
            return;
        }
        sender.clear();
        if (outgoingPeerId != EnetProtocol.UNKNOWN_PEER) {
            sender.queue(disconnectCommand(EnetProtocol.FLAG_UNSEQUENCED, data));
        }
        state = State.CLOSING;
        dirty = true;
    }

    private byte[] disconnectCommand(int flag, int data) {
        byte[] command = sender.peerCommand(EnetProtocol.DISCONNECT | flag);
        EnetProtocol.put32(command, EnetProtocol.Disconnect.DATA, data);
        return command;
    }

    boolean carriesData() {
        return state == State.CONNECTED || state == State.DISCONNECT_LATER;
    }

    /** True if the peer is to be given up. */
    boolean timedOut(long nowMillis) {
        return sender.timedOut(nowMillis, roundTrip, timeoutLimit, timeoutMinimum, timeoutMaximum);
    }

    void pingIfQuiet(long nowMillis) {
        if (carriesData() && sender.quiet() && nowMillis >= nextPing()) {
            sender.queue(sender.peerCommand(EnetProtocol.PING | EnetProtocol.FLAG_ACKNOWLEDGE));
        }
    }

    private long nextPing() {
        return lastAcknowledgedMillis == Long.MIN_VALUE ? openedMillis : lastAcknowledgedMillis + PING_INTERVAL;
    }

    void flush(long nowMillis, DatagramSink out) {
        sender.flush(nowMillis, roundTrip, timeoutLimit, timeoutMaximum, outgoingPeerId, outgoingSession, address, out);
    }

    /** When this peer next needs a poll, in milliseconds. */
    long nextDeadline() {
        long next = sender.nextTimeout();
        return carriesData() && sender.quiet() ? Math.min(next, nextPing()) : next;
    }

    @Override
    public String toString() {
        return "peer " + slot + " at " + address + " (" + state + ")";
    }
}
