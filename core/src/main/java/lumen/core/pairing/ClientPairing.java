package lumen.core.pairing;

import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import lumen.core.pairing.PairingException.Reason;

/**
 * The client's side of one pairing: invents the salt, proves the PIN, checks the host's signature and hash.
 * Any exception is the end of it. Not thread-safe.
 */
public final class ClientPairing {
    private enum Phase { SERVER_CERTIFICATE, CHALLENGE, RESPONSE, SECRET, DONE, FAILED }

    private final X509Certificate certificate;
    private final PrivateKey privateKey;
    private final byte[] salt = new byte[PairingCrypto.SALT_LENGTH];
    private final byte[] challenge = new byte[PairingCrypto.SECRET_LENGTH];
    private final byte[] secret = new byte[PairingCrypto.SECRET_LENGTH];
    private final byte[] key;
    private byte[] hostHash = new byte[0];
    private X509Certificate host;
    private Phase phase = Phase.SERVER_CERTIFICATE;

    /** @param random draws salt, challenge and secret, in this order */
    public ClientPairing(X509Certificate certificate, PrivateKey privateKey, RandomGenerator random, String pin) throws PairingException {
        if (!PairingCrypto.isPin(pin)) {
            throw new PairingException(Reason.MALFORMED_PIN, "a PIN is four digits");
        }
        this.certificate = certificate;
        this.privateKey = privateKey;
        random.nextBytes(salt);
        random.nextBytes(challenge);
        random.nextBytes(secret);
        key = PairingCrypto.key(salt, pin);
    }

    /** Phase 1 carries this in hex beside the client's PEM. */
    public byte[] salt() {
        return salt.clone();
    }

    /** The host's answer to phase 1: its PEM. */
    public X509Certificate serverCertificate(byte[] pem) throws PairingException {
        expect(Phase.SERVER_CERTIFICATE, Phase.FAILED);
        host = PemCertificate.parse(pem);
        phase = Phase.CHALLENGE;
        return host;
    }

    /** Phase 2: 16 bytes to send. */
    public byte[] clientChallenge() throws PairingException {
        expect(Phase.CHALLENGE, Phase.RESPONSE);
        return PairingCrypto.encrypt(key, challenge);
    }

    /** The host's 48 bytes of phase 2 in, the 32 bytes of phase 3 out. */
    public byte[] serverChallengeResponse(byte[] challengeResponse) throws PairingException {
        expect(Phase.RESPONSE, Phase.FAILED);
        if (challengeResponse.length != PairingCrypto.HASH_LENGTH + PairingCrypto.SECRET_LENGTH) {
            throw new PairingException(Reason.MALFORMED_FIELD, "challengeresponse has " + challengeResponse.length + " bytes");
        }
        byte[] plain = PairingCrypto.decrypt(key, challengeResponse);
        hostHash = Arrays.copyOf(plain, PairingCrypto.HASH_LENGTH);
        byte[] serverChallenge = Arrays.copyOfRange(plain, PairingCrypto.HASH_LENGTH, plain.length);
        phase = Phase.SECRET;
        return PairingCrypto.encrypt(key, PairingCrypto.sha256(serverChallenge, certificate.getSignature(), secret));
    }

    /**
     * The host's secret and signature of phase 3 in, the client's of phase 4 out.
     *
     * @throws PairingException BAD_SIGNATURE (somebody in between) or WRONG_PIN
     */
    public byte[] clientPairingSecret(byte[] pairingSecret) throws PairingException {
        expect(Phase.SECRET, Phase.FAILED);
        if (pairingSecret.length <= PairingCrypto.SECRET_LENGTH) {
            throw new PairingException(Reason.MALFORMED_FIELD, "pairingsecret has " + pairingSecret.length + " bytes");
        }
        byte[] serverSecret = Arrays.copyOf(pairingSecret, PairingCrypto.SECRET_LENGTH);
        byte[] signature = Arrays.copyOfRange(pairingSecret, PairingCrypto.SECRET_LENGTH, pairingSecret.length);
        if (!PairingCrypto.verify(host.getPublicKey(), serverSecret, signature)) {
            throw new PairingException(Reason.BAD_SIGNATURE, "the host's signature doesn't belong to its certificate");
        }
        if (!MessageDigest.isEqual(hostHash, PairingCrypto.sha256(challenge, host.getSignature(), serverSecret))) {
            throw new PairingException(Reason.WRONG_PIN, "the host was given another PIN");
        }
        phase = Phase.DONE;
        return PairingCrypto.concat(secret, PairingCrypto.sign(privateKey, secret));
    }

    private void expect(Phase now, Phase next) throws PairingException {
        if (phase != now) {
            phase = Phase.FAILED;
            throw new PairingException(Reason.OUT_OF_ORDER, "this pairing phase is not the one expected now");
        }
        phase = next;
    }
}
