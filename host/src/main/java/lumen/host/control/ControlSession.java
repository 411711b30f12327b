package lumen.host.control;

import java.net.InetSocketAddress;
import lumen.core.control.ControlCipher;
import lumen.core.control.ControlDrop;
import lumen.core.control.ControlFormat;
import lumen.core.enet.EnetPeer;
import lumen.core.input.InputDrop;
import lumen.core.metrics.EventCounters;

/** One registration: its ticket, its key's cipher, and the peer that proved to hold the key. Server thread only, but for the volatile fields. */
final class ControlSession {
    final ControlTicket ticket;
    final ControlListener listener;
    final EventCounters<ControlDrop> drops = new EventCounters<>(ControlDrop.class);
    final EventCounters<InputDrop> inputDrops = new EventCounters<>(InputDrop.class);
    final ControlCipher cipher;
    final ControlFormat format = new ControlFormat(drops, inputDrops);
    final long patienceNanos;
    EnetPeer peer;
    long lastMessageNanos;
    long messages;
    long blocksRecovered;
    long blocksLost;
    boolean over;
    volatile InetSocketAddress remote;
    volatile ControlStatistics statistics = new ControlStatistics(0, 0, 0, 0, 0, 0);

    ControlSession(ControlTicket ticket, ControlListener listener, long nowNanos) {
        this.ticket = ticket;
        this.listener = listener;
        cipher = new ControlCipher(ticket.key(), ticket.version(), ControlCipher.Side.HOST, drops);
        patienceNanos = ticket.patience().toNanos();
        lastMessageNanos = nowNanos;
    }

    void publishStatistics() {
        statistics = new ControlStatistics(peer.roundTripMillis(), peer.roundTripVarianceMillis(), peer.retransmissions(),
                messages, blocksRecovered, blocksLost);
    }
}
