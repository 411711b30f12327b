package lumen.core.pairing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.random.RandomGenerator;
import lumen.core.Vectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A4.1 A5.1 the pairing vector, byte for byte")
class PairingVectorTest {
    private final Map<String, Object> v = Vectors.load("pairing-vectors.json");
    private final byte[] hostPem = resource("pairing-host.pem");
    private final byte[] clientPem = resource("pairing-client.pem");

    private static byte[] resource(String name) {
        try (InputStream in = PairingVectorTest.class.getResourceAsStream("/vectors/" + name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private byte[] hex(String name) {
        return Vectors.hex(v.get(name));
    }

    /** Hands out fixed byte strings in turn. */
    private static RandomGenerator draws(byte[]... values) {
        Iterator<byte[]> next = List.of(values).iterator();
        return new RandomGenerator() {
            @Override
            public void nextBytes(byte[] bytes) {
                System.arraycopy(next.next(), 0, bytes, 0, bytes.length);
            }

            @Override
            public long nextLong() {
                throw new IllegalStateException("bytes only");
            }
        };
    }

    private static KeyPair anyKey() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        return generator.generateKeyPair();
    }

    @Test
    void shouldReadTheCertificates() throws Exception {
        X509Certificate host = PemCertificate.parse(hostPem);
        X509Certificate client = PemCertificate.parse(clientPem);
        assertEquals(v.get("hostDerSha256"), PemCertificate.fingerprint(host.getEncoded()));
        assertEquals(v.get("clientDerSha256"), PemCertificate.fingerprint(client.getEncoded()));
        assertArrayEquals(hex("hostPemSha256"), PairingCrypto.sha256(hostPem));
        assertArrayEquals(hex("clientPemSha256"), PairingCrypto.sha256(clientPem));
        assertArrayEquals(hex("hostPemStart"), Arrays.copyOf(hostPem, 32));
        assertArrayEquals(hostPem, PemCertificate.encode(host.getEncoded()));
        assertArrayEquals(clientPem, PemCertificate.encode(client.getEncoded()));
        assertArrayEquals(hex("sigS"), host.getSignature());
        assertArrayEquals(hex("sigC"), client.getSignature());
        assertTrue(PairingCrypto.verify(host.getPublicKey(), hex("serverSecret"), hex("hostSignature")));
        assertTrue(PairingCrypto.verify(client.getPublicKey(), hex("clientSecret"), hex("clientSignature")));
    }

    @Test
    void shouldReadCertificatesWithWindowsLineEnds() throws Exception {
        byte[] crlf = new String(clientPem).replace("\n", "\r\n").getBytes();
        assertArrayEquals(PemCertificate.parse(clientPem).getEncoded(), PemCertificate.parse(crlf).getEncoded());
    }

    @Test
    void shouldAnswerAsHostWithHexOfEitherCase() throws Exception {
        for (boolean upper : new boolean[] {false, true}) {
            KeyPair key = anyKey();
            HostPairing host = new HostPairing(PemCertificate.parse(hostPem), key.getPrivate(), draws(hex("serverSecret"), hex("serverChallenge")),
                field("salt", upper, 16), PemCertificate.parse(clientPem));
            host.pin((String) v.get("pin"));
            assertArrayEquals(hex("challengeResponse"), host.clientChallenge(field("sealedChallenge", upper, 16)));
            byte[] secret = host.serverChallengeResponse(field("serverChallengeResp", upper, 32));
            assertArrayEquals(hex("serverSecret"), Arrays.copyOf(secret, 16));
            assertTrue(PairingCrypto.verify(key.getPublic(), hex("serverSecret"), Arrays.copyOfRange(secret, 16, secret.length)));
            assertTrue(host.clientPairingSecret(PairingCrypto.concat(hex("clientSecret"), hex("clientSignature"))));
            assertEquals(HostPairing.Phase.PAIRED, host.phase());
        }
    }

    private byte[] field(String name, boolean upper, int length) throws PairingException {
        String text = HexFormat.of().formatHex(hex(name));
        return PairingCrypto.hex(name, upper ? text.toUpperCase(Locale.ROOT) : text, length, length);
    }

    @Test
    void shouldProveAsClient() throws Exception {
        KeyPair key = anyKey();
        ClientPairing client = new ClientPairing(PemCertificate.parse(clientPem), key.getPrivate(),
            draws(hex("salt"), hex("clientChallenge"), hex("clientSecret")), (String) v.get("pin"));
        assertArrayEquals(hex("salt"), client.salt());
        client.serverCertificate(hostPem);
        assertArrayEquals(hex("sealedChallenge"), client.clientChallenge());
        assertArrayEquals(hex("serverChallengeResp"), client.serverChallengeResponse(hex("challengeResponse")));
        byte[] secret = client.clientPairingSecret(PairingCrypto.concat(hex("serverSecret"), hex("hostSignature")));
        assertArrayEquals(hex("clientSecret"), Arrays.copyOf(secret, 16));
        assertTrue(PairingCrypto.verify(key.getPublic(), hex("clientSecret"), Arrays.copyOfRange(secret, 16, secret.length)));
    }

    @Test
    void shouldDeriveTheKey() {
        assertArrayEquals(hex("key"), PairingCrypto.key(hex("salt"), "4711"));
        assertArrayEquals(hex("saltPinSha256"), PairingCrypto.sha256(hex("salt"), "4711".getBytes()));
        assertArrayEquals(hex("h1"), PairingCrypto.sha256(hex("clientChallenge"), hex("sigS"), hex("serverSecret")));
        assertArrayEquals(hex("h2"), PairingCrypto.sha256(hex("serverChallenge"), hex("sigC"), hex("clientSecret")));
    }

    @Test
    @DisplayName("A4.3 A4.4 the wrong PIN shows on both sides")
    void shouldFailWithTheWrongPin() throws Exception {
        Map<String, Object> w = Vectors.object(v, "wrong");
        byte[] key = PairingCrypto.key(hex("salt"), (String) v.get("wrongPin"));
        assertArrayEquals(Vectors.hex(w.get("key")), key);
        assertArrayEquals(Vectors.hex(w.get("decryptedChallenge")), PairingCrypto.decrypt(key, hex("sealedChallenge")));
        HostPairing host = new HostPairing(PemCertificate.parse(hostPem), anyKey().getPrivate(), draws(hex("serverSecret"), hex("serverChallenge")),
            hex("salt"), PemCertificate.parse(clientPem));
        host.pin("0000");
        byte[] response = host.clientChallenge(hex("sealedChallenge"));
        assertArrayEquals(Vectors.hex(w.get("challengeResponse")), response);
        ClientPairing client = new ClientPairing(PemCertificate.parse(clientPem), anyKey().getPrivate(),
            draws(hex("salt"), hex("clientChallenge"), hex("clientSecret")), "4711");
        client.serverCertificate(hostPem);
        client.clientChallenge();
        byte[] claim = client.serverChallengeResponse(response);
        assertArrayEquals(Vectors.hex(w.get("serverChallengeResp")), claim);
        assertArrayEquals(Vectors.hex(w.get("claimed")), PairingCrypto.decrypt(key, claim));
        assertNotEquals(w.get("claimed"), w.get("expectedH2"));
        host.serverChallengeResponse(claim);
        byte[] hostProof = PairingCrypto.concat(hex("serverSecret"), hex("hostSignature"));
        assertEquals(PairingException.Reason.WRONG_PIN,
            assertThrows(PairingException.class, () -> client.clientPairingSecret(hostProof)).reason());
        assertFalse(host.clientPairingSecret(PairingCrypto.concat(hex("clientSecret"), hex("clientSignature"))), "a client that doesn't check");
        assertEquals(HostPairing.Phase.FAILED, host.phase());
    }

    @Test
    @DisplayName("A4.4 a good hash with a bad signature, and a good signature with a wrong hash, don't pair")
    void shouldNeedBothProofs() throws Exception {
        byte[] badSignature = hex("clientSignature");
        badSignature[100] ^= 1;
        assertFalse(upToFour(hex("serverChallengeResp")).clientPairingSecret(PairingCrypto.concat(hex("clientSecret"), badSignature)));
        assertFalse(upToFour(new byte[32]).clientPairingSecret(PairingCrypto.concat(hex("clientSecret"), hex("clientSignature"))));
        assertFalse(upToFour(hex("serverChallengeResp")).clientPairingSecret(PairingCrypto.concat(hex("clientSecret"), new byte[3])));
    }

    private HostPairing upToFour(byte[] claim) throws Exception {
        HostPairing host = new HostPairing(PemCertificate.parse(hostPem), anyKey().getPrivate(), draws(hex("serverSecret"), hex("serverChallenge")),
            hex("salt"), PemCertificate.parse(clientPem));
        host.pin("4711");
        host.clientChallenge(hex("sealedChallenge"));
        host.serverChallengeResponse(claim);
        return host;
    }

    @Test
    @DisplayName("a host whose signature isn't its certificate's is somebody in between")
    void shouldSeeTheManInTheMiddle() throws Exception {
        ClientPairing client = new ClientPairing(PemCertificate.parse(clientPem), anyKey().getPrivate(),
            draws(hex("salt"), hex("clientChallenge"), hex("clientSecret")), "4711");
        client.serverCertificate(hostPem);
        client.clientChallenge();
        client.serverChallengeResponse(hex("challengeResponse"));
        byte[] forged = PairingCrypto.concat(hex("serverSecret"), PairingCrypto.sign(anyKey().getPrivate(), hex("serverSecret")));
        assertEquals(PairingException.Reason.BAD_SIGNATURE,
            assertThrows(PairingException.class, () -> client.clientPairingSecret(forged)).reason());
    }
}
