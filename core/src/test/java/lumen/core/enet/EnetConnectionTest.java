package lumen.core.enet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class EnetConnectionTest {

    @Test
    @DisplayName("E2: the session id rotates with each connection of a slot, and old bits are ignored")
    void shouldRotateSessions() {
        Wire wire = new Wire(5);
        List<String> verifies = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            wire.sentByHost.clear();
            EnetPeer peer = wire.client.connect(Wire.HOST, 48, i, wire.now);
            wire.client.nextEvent();
            assertTrue(wire.run(1_000, peer::connected));
            verifies.add(wire.sentByHost.getFirst().substring(0, 1) + wire.sentByHost.getFirst().substring(20, 24));
            wire.pass(10);
            peer.disconnect(0);
            wire.pass(100);
            assertEquals(0, wire.host.peers());
            assertEquals(0, wire.client.peers());
        }
        assertEquals(List.of("80000", "90101", "a0202", "b0303", "80000"), verifies);

        wire.connect(9);
        byte[] stale = {0x30, 0, 0x49, 0, 0, 0, 0, 1, 0, 1, 7};
        wire.host.receive(stale, 0, stale.length, Wire.CLIENT, wire.now);
        assertEquals(1, wire.host.drops().get(EnetDrop.WRONG_SESSION));
    }

    @Test
    @DisplayName("3.5: a CONNECT to silence is repeated at the library's times, then given up")
    void shouldRepeatTheConnectAsTheLibraryDoes() {
        EnetHost client = new EnetHost(EnetSettings.client(), new Random(1));
        client.connect(Wire.HOST, 48, 0, 0);
        List<Long> times = new ArrayList<>();
        long now = 0;
        while (client.peers() > 0) {
            long at = now / 1_000_000;
            client.poll(now, (b, from, length, to) -> times.add(at));
            now = Math.max(now + 1, client.nextDeadlineNanos());
        }
        assertEquals(List.of(0L, 504L, 1008L, 2016L, 3528L, 5544L), times.subList(0, 6));
        EnetEvent.Disconnected gone = assertInstanceOf(EnetEvent.Disconnected.class, client.nextEvent().orElseThrow());
        assertEquals(EnetEvent.Cause.TIMEOUT, gone.cause());
    }

    @Test
    @DisplayName("E8: a client that vanishes is given up within 30 s, and its return gets a slot of its own")
    void shouldGiveUpASilentPeer() {
        Wire wire = new Wire(1);
        EnetPeer first = wire.connect(1);
        wire.pass(2_000);
        wire.loss = 1;
        first.disconnectNow(0);
        wire.pass(100);
        wire.loss = 0;
        EnetPeer second = wire.client.connect(Wire.HOST, 48, 2, wire.now);
        assertTrue(wire.run(1_000, () -> second.connected() && wire.hostPeer().connected()));
        assertEquals(2, wire.host.peers());
        assertTrue(wire.run(31_000, () -> wire.host.peers() == 1));
        assertTrue(second.connected());
        assertTrue(wire.hostEvents.stream().anyMatch(e -> e instanceof EnetEvent.Disconnected d && d.cause() == EnetEvent.Cause.TIMEOUT));
    }

    @Test
    @DisplayName("T4: two seconds during which the host does nothing cost no connection")
    void shouldSurviveAPauseOfTheHost() {
        Wire wire = new Wire(1);
        EnetPeer peer = wire.connect(1);
        peer.timeouts(2, 10_000, 10_000);
        for (int round = 0; round < 3; round++) {
            wire.hostPaused = true;
            for (int i = 0; i < 20; i++) {
                peer.send(0, new byte[12], Delivery.RELIABLE);
                wire.pass(100);
            }
            wire.hostPaused = false;
            wire.pass(3_000);
        }
        assertTrue(peer.connected() && wire.hostPeer().connected());
        assertEquals(60, wire.receivedByHost().size());
    }

    @Test
    @DisplayName("3.6: disconnecting later lets what is queued arrive first")
    void shouldDrainBeforeDisconnecting() {
        Wire wire = new Wire(2);
        EnetPeer peer = wire.connect(1);
        wire.loss = 0.3;
        for (int i = 0; i < 50; i++) {
            peer.send(0, new byte[800], Delivery.RELIABLE);
        }
        peer.disconnectLater(42);
        assertFalse(peer.send(0, new byte[1], Delivery.RELIABLE));
        assertTrue(wire.run(30_000, () -> wire.hostEvents.getLast() instanceof EnetEvent.Disconnected));
        assertEquals(50, wire.receivedByHost().size());
        assertEquals(42, ((EnetEvent.Disconnected) wire.hostEvents.getLast()).data());
    }

    @Test
    @DisplayName("3.3.6: messages from a new address are taken; answers follow only once it is adopted")
    void shouldFollowARoamingClient() {
        Wire wire = new Wire(1);
        EnetPeer peer = wire.connect(1);
        EnetPeer hostSide = wire.hostPeer();
        wire.pass(50);
        wire.clientAddress = new InetSocketAddress("198.51.100.9", 555);
        peer.send(0, new byte[] {1}, Delivery.RELIABLE);
        wire.pass(3);
        assertEquals(wire.clientAddress, wire.receivedByHost().getFirst().from());
        assertEquals(Wire.CLIENT, hostSide.address());
        hostSide.adopt(wire.clientAddress);
        wire.pass(1_000);
        long resent = peer.retransmissions();
        peer.send(0, new byte[] {2}, Delivery.RELIABLE);
        wire.pass(1_000);
        assertEquals(resent, peer.retransmissions());
        assertTrue(hostSide.connected());
    }

    @Test
    void shouldIgnoreADisconnectFromAForeignAddress() {
        Wire wire = new Wire(1);
        wire.connect(1);
        byte[] forged = {0, 0, 0x44, (byte) 0xFF, 0, 9, 0, 0, 0, 0};
        wire.host.receive(forged, 0, forged.length, new InetSocketAddress("203.0.113.1", 1), wire.now);
        assertTrue(wire.hostPeer().connected());
        assertEquals(1, wire.host.drops().get(EnetDrop.FOREIGN_DISCONNECT));
        wire.host.receive(forged, 0, forged.length, Wire.CLIENT, wire.now);
        assertFalse(wire.hostPeer().connected());
    }

    @Test
    @DisplayName("A flood of CONNECTs takes no memory beyond the slots and keeps nobody out")
    void shouldEvictHalfOpenConnections() {
        Wire wire = new Wire(1);
        byte[] connect = java.util.HexFormat.of().parseHex(
                "8fff593a82ff00010000ffff000003840001000000000030000000000000000000001388000000020000000292863f1812345678");
        for (int i = 0; i < 10_000; i++) {
            wire.host.receive(connect, 0, connect.length, new InetSocketAddress("203.0.113.1", 1 + i), wire.now);
            assertTrue(wire.host.peers() <= 8);
        }
        assertEquals(10_000 - 8, wire.host.drops().get(EnetDrop.HALF_OPEN_EVICTED));
        EnetPeer peer = wire.connect(77);
        assertTrue(peer.connected());
        wire.pass(40_000);
        assertEquals(1, wire.host.peers());
        assertTrue(peer.connected());
    }
}
