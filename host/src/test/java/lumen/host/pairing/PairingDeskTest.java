package lumen.host.pairing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import lumen.host.TestCertificates;
import lumen.host.identity.ClientStore;
import lumen.host.identity.HostIdentity;
import lumen.host.pairing.PairingDesk.Phase;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PairingDeskTest {
    private static final TestCertificates CLIENT = TestCertificates.client();
    private static final PairingPeer PEER = new PairingPeer("0123456789ABCDEF", InetAddress.getLoopbackAddress());
    private static final String SALT = "00".repeat(16);

    @TempDir
    Path state;
    private long now;
    private PairingDesk desk;

    @BeforeEach
    void open() {
        desk = new PairingDesk(HostIdentity.open(state), ClientStore.open(state), PairingLimits.STANDARD, () -> now);
    }

    private PairingDesk.Waiting begin() {
        return desk.serverCertificate(PEER, "roth\u0007\u202e", SALT, HexFormat.of().formatHex(CLIENT.pem()));
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }

    @Test
    @DisplayName("A4.6 an attempt without a PIN ends after four minutes, one with a PIN half a minute later")
    void deadlines() {
        PairingDesk.Waiting waiting = begin();
        pass(Duration.ofMinutes(4).minusNanos(1));
        assertTrue(desk.pending().isPresent());
        pass(Duration.ofNanos(1));
        assertTrue(desk.pending().isEmpty());
        assertInstanceOf(PairReply.Refused.class, waiting.reply().join());

        begin();
        PinOutcome.Accepted accepted = assertInstanceOf(PinOutcome.Accepted.class, desk.submit("4711"));
        pass(Duration.ofSeconds(30));
        assertInstanceOf(PairReply.Refused.class, desk.phase(PEER, Phase.CLIENT_CHALLENGE, "ab".repeat(16)));
        assertEquals(PairingResult.FAILED, accepted.result().toCompletableFuture().join());
    }

    @Test
    @DisplayName("five failures lock pairing for a minute; attempts without a PIN don't count")
    void lock() {
        for (int i = 0; i < 20; i++) {
            begin();
            desk.cancel(PEER.address());
        }
        for (int i = 0; i < 5; i++) {
            assertFalse(begin().reply().isDone());
            desk.submit("0000");
            desk.cancel(PEER.address());
        }
        assertEquals(503, assertInstanceOf(PairReply.Refused.class, begin().reply().join()).status());
        pass(Duration.ofSeconds(60));
        assertFalse(begin().reply().isDone());
    }

    @Test
    @DisplayName("a PIN belongs to the attempt it was typed for; a malformed one may be typed again")
    void pinsAreBound() {
        begin();
        PendingPairing first = desk.pending().orElseThrow();
        assertEquals("roth", first.deviceName());
        assertEquals(CLIENT.fingerprint(), first.fingerprint());
        for (String bad : List.of("", "123", "12345", "12a4", "١٢٣٤", " 123")) {
            assertInstanceOf(PinOutcome.Malformed.class, desk.submit(bad));
        }
        PairingDesk.Waiting retry = begin();
        assertInstanceOf(PinOutcome.NonePending.class, desk.submit(first.id(), "4711", Optional.empty()), "the client retried since");
        assertInstanceOf(PinOutcome.Accepted.class, desk.submit(retry.id(), "4711", Optional.of("tablet")));
        assertInstanceOf(PinOutcome.NonePending.class, desk.submit("4711"), "one PIN, one try");
    }

    @Test
    @DisplayName("phases of another address or id are refused and leave the attempt alone; watchers see each change")
    void strangers() throws Exception {
        List<Boolean> seen = new ArrayList<>();
        desk.watch(pending -> seen.add(pending.isPresent()));
        begin();
        desk.submit("4711");
        PairingPeer elsewhere = new PairingPeer(PEER.uniqueId(), InetAddress.getByName("127.0.0.9"));
        assertInstanceOf(PairReply.Refused.class, desk.phase(elsewhere, Phase.CLIENT_CHALLENGE, "ab".repeat(16)));
        desk.cancel(elsewhere.address());
        assertInstanceOf(PairReply.Data.class, desk.phase(PEER, Phase.CLIENT_CHALLENGE, "ab".repeat(16)));
        desk.cancel(PEER.address());
        assertEquals(List.of(true, false, false), seen);
    }
}
