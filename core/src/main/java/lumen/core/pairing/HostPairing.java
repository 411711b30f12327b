package lumen.core.pairing;

import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import lumen.core.pairing.PairingException.Reason;

/**
 * The host's side of one pairing: each phase once, in order, one PIN for one try. Any exception is the end of
 * it: secrets are wiped and every later call fails (control plane, sections 4.3 and 4.5).
 *
 * <p>Not thread-safe. The client's certificate is proven only once {@link #clientPairingSecret} returned true.
 */
public final class HostPairing {
    /** What the machine waits for. */
    public enum Phase { PIN, CLIENT_CHALLENGE, SERVER_CHALLENGE_RESPONSE, CLIENT_PAIRING_SECRET, PAIRED, FAILED }

    private final X509Certificate hostCertificate;
    private final PrivateKey hostKey;
    private final X509Certificate client;
    private final RandomGenerator random;
    private final byte[] salt;
    private final byte[] serverSecret = new byte[PairingCrypto.SECRET_LENGTH];
    private final byte[] serverChallenge = new byte[PairingCrypto.SECRET_LENGTH];
    private byte[] key = new byte[0];
    private byte[] claimed = new byte[0];
    private Phase phase = Phase.PIN;

    /**
     * Phase 1: the client asked for the host's certificate.
     *
     * @param random a secure source; draws the host's secret and challenge
     * @param salt 16 bytes; copied
     */
    public HostPairing(X509Certificate hostCertificate, PrivateKey hostKey, RandomGenerator random, byte[] salt, X509Certificate client)
        throws PairingException {
        if (salt.length != PairingCrypto.SALT_LENGTH) {
            throw new PairingException(Reason.MALFORMED_FIELD, "salt has " + salt.length + " bytes");
        }
        this.hostCertificate = hostCertificate;
        this.hostKey = hostKey;
        this.random = random;
        this.salt = salt.clone();
        this.client = client;
    }

    public Phase phase() {
        return phase;
    }

    /** The certificate of phase 1; unproven until the phase is PAIRED. */
    public X509Certificate client() {
        return client;
    }

    /** The user typed the PIN. A malformed one is refused before any key exists and may be typed again. */
    public void pin(String pin) throws PairingException {
        if (phase == Phase.PIN && !PairingCrypto.isPin(pin)) {
            throw new PairingException(Reason.MALFORMED_PIN, "a PIN is four digits");
        }
        expect(Phase.PIN, Phase.CLIENT_CHALLENGE);
        key = PairingCrypto.key(salt, pin);
        random.nextBytes(serverSecret);
        random.nextBytes(serverChallenge);
    }

    /** Phase 2: 16 bytes in, 48 bytes (hash and challenge, encrypted) out. */
    public byte[] clientChallenge(byte[] sealedChallenge) throws PairingException {
        expect(Phase.CLIENT_CHALLENGE, Phase.SERVER_CHALLENGE_RESPONSE);
        length("clientchallenge", sealedChallenge, PairingCrypto.SECRET_LENGTH);
        byte[] challenge = PairingCrypto.decrypt(key, sealedChallenge);
        byte[] hash = PairingCrypto.sha256(challenge, hostCertificate.getSignature(), serverSecret);
        return PairingCrypto.encrypt(key, PairingCrypto.concat(hash, serverChallenge));
    }

    /** Phase 3: the client's sealed hash in, the host's secret and its signature out. */
    public byte[] serverChallengeResponse(byte[] sealedHash) throws PairingException {
        expect(Phase.SERVER_CHALLENGE_RESPONSE, Phase.CLIENT_PAIRING_SECRET);
        length("serverchallengeresp", sealedHash, PairingCrypto.HASH_LENGTH);
        claimed = PairingCrypto.decrypt(key, sealedHash);
        return PairingCrypto.concat(serverSecret, PairingCrypto.sign(hostKey, serverSecret));
    }

    /**
     * Phase 4: the client's secret and its signature. Both proofs are always checked, so that time tells
     * nothing about which one failed.
     *
     * @return whether the client is paired now; false ends the pairing
     */
    public boolean clientPairingSecret(byte[] secretAndSignature) throws PairingException {
        expect(Phase.CLIENT_PAIRING_SECRET, Phase.FAILED);
        if (secretAndSignature.length <= PairingCrypto.SECRET_LENGTH
            || secretAndSignature.length > PairingCrypto.SECRET_LENGTH + PairingCrypto.MAX_SIGNATURE_LENGTH) {
            throw fail(Reason.MALFORMED_FIELD, "clientpairingsecret has " + secretAndSignature.length + " bytes");
        }
        byte[] secret = Arrays.copyOf(secretAndSignature, PairingCrypto.SECRET_LENGTH);
        byte[] signature = Arrays.copyOfRange(secretAndSignature, PairingCrypto.SECRET_LENGTH, secretAndSignature.length);
        byte[] expected = PairingCrypto.sha256(serverChallenge, client.getSignature(), secret);
        boolean hashGood = MessageDigest.isEqual(expected, claimed);
        boolean signatureGood = PairingCrypto.verify(client.getPublicKey(), secret, signature);
        wipe();
        if (hashGood & signatureGood) {
            phase = Phase.PAIRED;
            return true;
        }
        return false;
    }

    /** Ends the pairing from outside: timeout, closed connection, /unpair. */
    public void abort() {
        if (phase != Phase.PAIRED) {
            phase = Phase.FAILED;
        }
        wipe();
    }

    private void expect(Phase now, Phase next) throws PairingException {
        if (phase != now) {
            throw fail(Reason.OUT_OF_ORDER, "this pairing phase is not the one expected now");
        }
        phase = next;
    }

    private void length(String field, byte[] value, int length) throws PairingException {
        if (value.length != length) {
            throw fail(Reason.MALFORMED_FIELD, field + " has " + value.length + " bytes, not " + length);
        }
    }

    private PairingException fail(Reason reason, String message) {
        abort();
        return new PairingException(reason, message);
    }

    private void wipe() {
        Arrays.fill(key, (byte) 0);
        Arrays.fill(salt, (byte) 0);
        Arrays.fill(serverSecret, (byte) 0);
        Arrays.fill(claimed, (byte) 0);
    }
}
