package lumen.host.pairing;

import static lumen.host.ControlPlaneRig.element;
import static lumen.host.ControlPlaneRig.status;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import lumen.core.pairing.PairingException;
import lumen.host.ControlPlaneRig;
import lumen.host.PairingClient;
import lumen.host.TestCertificates;
import lumen.host.identity.ClientStore;
import lumen.host.identity.HostIdentity;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PairingOverHttpTest {
    private static final TestCertificates ONE = TestCertificates.client();
    private static final TestCertificates TWO = TestCertificates.client();
    private static final String SHARED_ID = "0123456789ABCDEF";

    @TempDir
    Path state;
    private ControlPlaneRig rig;

    @BeforeEach
    void start() {
        rig = new ControlPlaneRig(state, Duration.ofSeconds(10),
            new PairingLimits(Duration.ofMinutes(4), Duration.ofSeconds(30), 1000, Duration.ofSeconds(60)));
    }

    @AfterEach
    void stop() {
        rig.close();
    }

    private CompletableFuture<String> begin(PairingClient client) {
        CompletableFuture<String> first = client.begin();
        ControlPlaneRig.await("a pending pairing", () -> rig.desk.pending().isPresent());
        return first;
    }

    @Test
    @DisplayName("A4.9 A4.10 a client pairs over real sockets and is accepted at once; again replaces; equal ids coexist")
    void pairs() throws Exception {
        assertEquals("1", element(PairingClient.pair(rig, ONE, SHARED_ID), "paired"));
        assertEquals("1", element(PairingClient.pair(rig, ONE, SHARED_ID), "paired"));
        assertEquals(1, rig.store.list().size());
        assertEquals("1", element(PairingClient.pair(rig, TWO, SHARED_ID), "paired"));
        assertEquals(2, rig.store.list().size());
        assertEquals("1", element(rig.get(ONE.tls(), "", "/serverinfo"), "PairStatus"));
        assertEquals("1", element(rig.get(TWO.tls(), "", "/serverinfo"), "PairStatus"));
    }

    @Test
    @DisplayName("a restart keeps identity and pairings")
    void survivesRestart() throws Exception {
        PairingClient.pair(rig, ONE, SHARED_ID);
        byte[] certificate = rig.identity.certificate().getEncoded();
        assertArrayEquals(certificate, HostIdentity.open(state).certificate().getEncoded());
        assertEquals(rig.identity.uniqueId(), HostIdentity.open(state).uniqueId());
        assertTrue(ClientStore.open(state).find(ONE.der()).isPresent());
    }

    @Test
    @DisplayName("A4.3 a wrong PIN shows at the client, stores nothing, and can't be used again")
    void wrongPin() throws Exception {
        PairingClient client = new PairingClient(rig, ONE, SHARED_ID, "4711");
        CompletableFuture<String> first = begin(client);
        PinOutcome.Accepted accepted = assertInstanceOf(PinOutcome.Accepted.class, rig.desk.submit("0000"));
        PairingException seen = assertThrows(PairingException.class, () -> client.rest(first.join()));
        assertEquals(PairingException.Reason.WRONG_PIN, seen.reason());
        assertEquals(200, status(rig.get("/unpair?uniqueid=" + SHARED_ID)));
        assertEquals(PairingResult.FAILED, accepted.result().toCompletableFuture().join());
        assertTrue(rig.store.list().isEmpty());
        assertInstanceOf(PinOutcome.NonePending.class, rig.desk.submit("4711"));
        assertEquals("1", element(PairingClient.pair(rig, ONE, SHARED_ID), "paired"), "A4.6 and pairing works right after");
    }

    @Test
    @DisplayName("A4.5 a second client gets 'in progress' and the first still succeeds")
    void parallel() throws Exception {
        PairingClient client = new PairingClient(rig, ONE, SHARED_ID, "4711");
        CompletableFuture<String> first = begin(client);
        String second = rig.get(new PairingClient(rig, TWO, SHARED_ID, "1234").phase1Target());
        assertEquals("1", element(second, "paired"));
        assertTrue(second.contains("<plaincert></plaincert>"), second);
        rig.desk.submit("4711");
        assertEquals("1", element(client.finish(first.join()), "paired"));
        assertTrue(rig.store.find(TWO.der()).isEmpty());
    }

    @Test
    @DisplayName("A4.2 every order of the phases but the right one ends in XML 400, paired 0 and nothing stored")
    void everyOrder() throws Exception {
        List<List<Integer>> orders = new ArrayList<>();
        permute(new ArrayList<>(), List.of(1, 2, 3, 4, 5), orders);
        assertEquals(120, orders.size());
        for (List<Integer> order : orders) {
            if (order.subList(0, 4).equals(List.of(1, 2, 3, 4)) || order.stream().filter(p -> p != 5).toList().equals(List.of(1, 2, 3, 4))) {
                continue;
            }
            PairingClient client = new PairingClient(rig, ONE, SHARED_ID, "4711");
            boolean broken = false;
            int expected = 1;
            for (int phase : order) {
                String answer = switch (phase) {
                    case 1 -> {
                        CompletableFuture<String> first = begin(client);
                        rig.desk.submit("4711");
                        yield first.join();
                    }
                    case 2 -> rig.get(client.target("clientchallenge=" + "ab".repeat(16)));
                    case 3 -> rig.get(client.target("serverchallengeresp=" + "ab".repeat(32)));
                    case 4 -> rig.get(client.target("clientpairingsecret=" + "ab".repeat(272)));
                    default -> rig.get("/pair?phrase=pairchallenge");
                };
                if (phase == 5) {
                    assertEquals("0", element(answer, "paired"));
                    continue;
                }
                if (phase == 1) {
                    expected = 2;
                    continue;
                }
                if (phase != expected) {
                    broken = true;
                    expected = 0;
                    assertEquals(400, status(answer), "phase " + phase + " of " + order);
                    assertEquals("0", element(answer, "paired"));
                } else {
                    expected++;
                }
            }
            assertTrue(broken, order.toString());
            rig.get("/unpair");
            assertTrue(rig.store.list().isEmpty());
        }
    }

    private static void permute(List<Integer> head, List<Integer> rest, List<List<Integer>> all) {
        if (rest.isEmpty()) {
            all.add(List.copyOf(head));
        }
        for (Integer next : rest) {
            List<Integer> longer = new ArrayList<>(head);
            longer.add(next);
            permute(longer, rest.stream().filter(p -> !p.equals(next)).toList(), all);
        }
    }

    @Test
    @DisplayName("A4.2 a replayed phase ends the attempt, and phase 1 can't reuse an entered PIN")
    void replay() throws Exception {
        PairingClient client = new PairingClient(rig, ONE, SHARED_ID, "4711");
        CompletableFuture<String> first = begin(client);
        rig.desk.submit("4711");
        first.join();
        String challenge = client.target("clientchallenge=" + "ab".repeat(16));
        assertEquals(200, status(rig.get(challenge)));
        assertEquals(400, status(rig.get(challenge)));
        assertEquals(400, status(rig.get(client.target("serverchallengeresp=" + "ab".repeat(32)))));

        PairingClient again = new PairingClient(rig, ONE, SHARED_ID, "4711");
        CompletableFuture<String> second = begin(again);
        rig.desk.submit("4711");
        second.join();
        assertEquals(400, status(rig.get(again.phase1Target())));
        assertEquals(400, status(rig.get(challenge)));
        assertTrue(rig.store.list().isEmpty());
    }

    @Test
    @DisplayName("A4.7 malformed fields are XML 400")
    void malformed() throws Exception {
        String certificate = HexFormat.of().formatHex(ONE.pem());
        for (String salt : List.of("", "00", "0".repeat(30), "0".repeat(31), "0".repeat(34), "zz".repeat(16))) {
            String answer = rig.get("/pair?uniqueid=1&phrase=getservercert&salt=" + salt + "&clientcert=" + certificate);
            assertEquals(400, status(answer), salt);
            assertEquals("0", element(answer, "paired"));
        }
        for (String pem : List.of("", "zz", "00", certificate + certificate, certificate.substring(0, 400))) {
            assertEquals(400, status(rig.get("/pair?uniqueid=1&phrase=getservercert&salt=" + "00".repeat(16) + "&clientcert=" + pem)));
        }
        for (String field : List.of("clientchallenge=00", "clientchallenge=" + "0".repeat(33), "clientchallenge=" + "z".repeat(32))) {
            PairingClient client = new PairingClient(rig, ONE, SHARED_ID, "4711");
            CompletableFuture<String> first = begin(client);
            rig.desk.submit("4711");
            first.join();
            assertEquals(400, status(rig.get(client.target(field))));
            assertEquals(400, status(rig.get(client.target("clientchallenge=" + "ab".repeat(16)))), "the attempt is over");
        }
        assertEquals(400, status(rig.get("/pair")));
        assertInstanceOf(PinOutcome.NonePending.class, rig.desk.submit("12345"));
    }

    @Test
    @DisplayName("A4.6 the attempt is dropped when the waiting connection closes")
    void droppedWithItsConnection() throws Exception {
        PairingClient client = new PairingClient(rig, ONE, SHARED_ID, "4711");
        try (Socket socket = rig.connect(rig.http.httpPort())) {
            socket.getOutputStream().write(("GET " + client.phase1Target() + " HTTP/1.1\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            ControlPlaneRig.await("a pending pairing", () -> rig.desk.pending().isPresent());
        }
        ControlPlaneRig.await("the attempt is dropped", () -> rig.desk.pending().isEmpty());
    }

    @Test
    @DisplayName("A4.11 A4.13 pairchallenge needs a paired certificate; /unpair over HTTP removes nobody")
    void unpair() throws Exception {
        assertEquals(401, status(rig.get(ONE.tls(), "", "/pair?phrase=pairchallenge")));
        PairingClient.pair(rig, ONE, SHARED_ID);
        assertEquals(200, status(rig.get("/unpair?uniqueid=" + SHARED_ID)));
        assertEquals(1, rig.store.list().size());
        assertEquals(200, status(rig.get(ONE.tls(), "", "/unpair")));
        assertTrue(rig.store.list().isEmpty());
        assertEquals(401, status(rig.get(ONE.tls(), "", "/serverinfo")));
    }
}
