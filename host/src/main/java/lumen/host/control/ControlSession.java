package lumen.host.control;

import java.net.InetSocketAddress;
import java.util.function.Consumer;
import lumen.core.control.ControlCipher;
import lumen.core.control.ControlDrop;
import lumen.core.control.ControlFormat;
import lumen.core.control.ControlMessage;
import lumen.core.enet.EnetPeer;
import lumen.core.input.InputDrop;
import lumen.core.metrics.EventCounters;

/**
 * One registration: its ticket, its key's cipher, the peer that proved to hold the key, and the listener that hears what
 * that peer says. Server thread only, but for the volatile fields.
 */
final class ControlSession {
    private static final System.Logger LOG = System.getLogger(ControlServer.class.getName());

    final ControlTicket ticket;
    private final ControlListener listener;
    private final DefectLog defects;
    final EventCounters<ControlDrop> drops = new EventCounters<>(ControlDrop.class);
    final EventCounters<InputDrop> inputDrops = new EventCounters<>(InputDrop.class);
    final ControlCipher cipher;
    private final ControlFormat format = new ControlFormat(drops, inputDrops);
    final long patienceNanos;
    EnetPeer peer;
    long lastMessageNanos;
    private long messages;
    private long blocksRecovered;
    private long blocksLost;
    boolean over;
    volatile InetSocketAddress remote;
    volatile ControlStatistics statistics = new ControlStatistics(0, 0, 0, 0, 0, 0);

    /** @param defects counts what the listener throws */
    ControlSession(ControlTicket ticket, ControlListener listener, DefectLog defects, long nowNanos) {
        this.ticket = ticket;
        this.listener = listener;
        this.defects = defects;
        cipher = new ControlCipher(ticket.key(), ticket.version(), ControlCipher.Side.HOST, drops);
        patienceNanos = ticket.patience().toNanos();
        lastMessageNanos = nowNanos;
    }

    /**
     * A genuine message of the client.
     *
     * @return false if the client breaks the protocol by it
     */
    boolean accept(byte[] bytes, long now) {
        lastMessageNanos = now;
        messages++;
        tell(l -> l.clientAlive(now));
        if (ControlFormat.nested(bytes)) {
            drops.count(ControlDrop.NESTED);
            return false;
        }
        format.fromClient(bytes).ifPresent(this::deliver);
        return true;
    }

    private void deliver(ControlMessage.FromClient message) {
        switch (message) {
            case ControlMessage.RequestIdr r -> tell(ControlListener::idrRequested);
            case ControlMessage.InvalidateReferences i -> tell(l -> l.referencesInvalid(i.first(), i.last()));
            case ControlMessage.Input i -> tell(l -> l.input(i.event()));
            case ControlMessage.FecReport f -> {
                if (f.status().recovered()) {
                    blocksRecovered++;
                } else {
                    blocksLost++;
                }
                tell(l -> l.frameFecStatus(f.status()));
            }
            case ControlMessage.PeriodicPing p -> publishStatistics();
            case ControlMessage.StartB s -> LOG.log(System.Logger.Level.DEBUG, "session {0}: start B", ticket.session());
            case ControlMessage.LossStats l -> LOG.log(System.Logger.Level.DEBUG, "session {0}: {1}", ticket.session(), l);
            case ControlMessage.LongTermReferenceAcknowledged a ->
                    LOG.log(System.Logger.Level.DEBUG, "session {0}: {1}", ticket.session(), a);
        }
    }

    /** Calls the listener; what it throws is counted. */
    void tell(Consumer<ControlListener> call) {
        try {
            call.accept(listener);
        } catch (RuntimeException e) {
            defects.failed(ControlDefect.LISTENER_FAILED, "session " + ticket.session() + ": its control listener failed", e);
        }
    }

    private void publishStatistics() {
        statistics = new ControlStatistics(peer.roundTripMillis(), peer.roundTripVarianceMillis(), peer.retransmissions(),
                messages, blocksRecovered, blocksLost);
    }
}
