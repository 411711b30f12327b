package lumen.host.identity;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import lumen.core.pairing.PemCertificate;
import lumen.host.TestCertificates;
import lumen.host.state.StateException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateTest {
    private static final TestCertificates CLIENT = TestCertificates.client();
    private static final Instant THEN = Instant.parse("2026-01-02T03:04:05Z");

    @TempDir
    Path state;

    @Test
    @DisplayName("A1.4 A2.5 an identity is made once: RSA-2048, self-signed, twenty years; two hosts differ")
    void identity() throws Exception {
        HostIdentity made = HostIdentity.open(state);
        HostIdentity again = HostIdentity.open(state);
        assertEquals(made.uniqueId(), again.uniqueId());
        assertArrayEquals(made.pem(), again.pem());
        assertArrayEquals(made.certificate().getEncoded(), PemCertificate.parse(made.pem()).getEncoded());
        assertEquals(2048, ((RSAPublicKey) made.certificate().getPublicKey()).getModulus().bitLength());
        assertEquals(3, made.certificate().getVersion());
        assertTrue(made.certificate().getSerialNumber().signum() > 0);
        made.certificate().verify(made.certificate().getPublicKey());
        assertEquals(20 * 365, Duration.between(made.certificate().getNotBefore().toInstant(), made.certificate().getNotAfter().toInstant()).toDays());
        assertNotEquals(made.uniqueId(), HostIdentity.open(state.resolve("other")).uniqueId());
    }

    @Test
    @DisplayName("files are the owner's alone and nothing is left beside them")
    void permissions() throws Exception {
        HostIdentity.open(state);
        ClientStore.open(state).add("x", THEN, CLIENT.der());
        try (var files = Files.list(state)) {
            List<Path> all = files.sorted().toList();
            assertEquals(List.of("clients.json", "identity.pem", "unique-id"), all.stream().map(p -> p.getFileName().toString()).toList());
            for (Path file : all) {
                assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
            }
        }
    }

    @Test
    @DisplayName("clients survive reopening; removal tells listeners; the same certificate replaces its entry")
    void clients() {
        ClientStore store = ClientStore.open(state);
        List<String> removed = new ArrayList<>();
        store.onRemoval(client -> removed.add(client.name()));
        store.add("old", THEN, CLIENT.der());
        store.add("tablet \"ü\"", THEN, CLIENT.der());
        store.add("tv", THEN, TestCertificates.version1().der());
        ClientStore again = ClientStore.open(state);
        assertEquals(List.of("tablet \"ü\"", "tv"), again.list().stream().map(PairedClient::name).toList());
        PairedClient found = again.find(CLIENT.der()).orElseThrow();
        assertEquals(THEN, found.pairedAt());
        assertTrue(again.find(CLIENT.signs().der()).isEmpty());
        assertTrue(store.remove(CLIENT.fingerprint()));
        assertFalse(store.remove(CLIENT.fingerprint()));
        assertEquals(List.of("tablet \"ü\""), removed);
        assertTrue(ClientStore.open(state).find(CLIENT.der()).isEmpty());
    }

    @Test
    @DisplayName("a damaged or missing file is an error that names it, never a silent new start")
    void damage() throws Exception {
        HostIdentity.open(state);
        ClientStore.open(state).add("x", THEN, CLIENT.der());
        for (String name : List.of("clients.json", "identity.pem", "unique-id")) {
            Path file = state.resolve(name);
            byte[] good = Files.readAllBytes(file);
            for (byte[] bad : List.of(new byte[0], "{".getBytes(), Arrays.copyOf(good, good.length / 2), "{\"clients\":[{}]}".getBytes())) {
                Files.write(file, bad);
                StateException refused = assertThrows(StateException.class, () -> {
                    ClientStore.open(state);
                    HostIdentity.open(state);
                }, name + " with " + bad.length + " bytes");
                assertTrue(refused.getMessage().contains(name), refused.getMessage());
            }
            Files.delete(file);
            if (!name.equals("clients.json")) {
                assertTrue(assertThrows(StateException.class, () -> HostIdentity.open(state)).getMessage().contains(name));
            }
            Files.write(file, good);
        }
        HostIdentity.open(state);
        assertEquals(1, ClientStore.open(state).list().size());
    }

    @Test
    @DisplayName("a crash between write and rename leaves the old content")
    void crash() throws Exception {
        ClientStore.open(state).add("x", THEN, CLIENT.der());
        Files.write(state.resolve("clients.json.new"), "half".getBytes());
        ClientStore store = ClientStore.open(state);
        assertEquals(1, store.list().size());
        store.add("y", THEN, TestCertificates.version1().der());
        assertEquals(2, ClientStore.open(state).list().size());
    }
}
