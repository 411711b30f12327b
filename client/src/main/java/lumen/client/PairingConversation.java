package lumen.client;

import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import lumen.client.http.HostApi;
import lumen.client.http.HostDocument;
import lumen.client.http.MalformedAnswerException;
import lumen.client.identity.ClientIdentity;
import lumen.core.pairing.ClientPairing;
import lumen.core.pairing.PairingException;

/**
 * Carries the five pairing phases over a host's HTTP interface (control-plane.md 4.3). After a failure the
 * host is told, and nothing is stored.
 */
final class PairingConversation {
    private static final String STAGE = "pair";

    private final HostApi api;
    private final ClientIdentity identity;

    PairingConversation(HostApi api, ClientIdentity identity) {
        this.api = api;
        this.identity = identity;
    }

    /**
     * Pairs.
     *
     * @param pin four digits, which a person types on the host meanwhile
     * @return the host's certificate, proved to belong to whoever knows the PIN
     */
    X509Certificate run(String pin, int httpsPort) {
        try {
            return converse(pin, httpsPort);
        } catch (PairingException e) {
            abort(e);
            throw new ClientException(STAGE, e.getMessage(), e);
        } catch (MalformedAnswerException | IllegalArgumentException e) {
            abort(e);
            throw new ClientException(STAGE, "the host's answer is malformed: " + e.getMessage(), e);
        } catch (ClientException e) {
            abort(e);
            throw e;
        }
    }

    private X509Certificate converse(String pin, int httpsPort) throws PairingException {
        ClientPairing pairing = new ClientPairing(identity.certificate(), identity.key(), new SecureRandom(), pin);
        HexFormat hex = HexFormat.of();
        HostDocument answer = phase("phrase", "getservercert", Map.of("salt", hex.formatHex(pairing.salt()),
                "clientcert", hex.formatHex(identity.certificatePem())));
        String plain = answer.text("plaincert").orElse("");
        if (plain.isEmpty()) {
            throw new MalformedAnswerException("no plaincert: another pairing may be in progress");
        }
        X509Certificate host = pairing.serverCertificate(hex.parseHex(plain));
        answer = phase("clientchallenge", hex.formatHex(pairing.clientChallenge()), Map.of());
        answer = phase("serverchallengeresp", hex.formatHex(
                pairing.serverChallengeResponse(hex.parseHex(answer.required("challengeresponse")))), Map.of());
        phase("clientpairingsecret", hex.formatHex(
                pairing.clientPairingSecret(hex.parseHex(answer.required("pairingsecret")))), Map.of());
        api.pin(host, httpsPort);
        requirePaired(api.pairChallenge());
        return host;
    }

    private HostDocument phase(String parameter, String value, Map<String, String> more) {
        Map<String, String> query = new LinkedHashMap<>();
        query.put("devicename", "roth");
        query.put("updateState", "1");
        query.put(parameter, value);
        query.putAll(more);
        HostDocument answer = api.pairPhase(query, parameter.equals("phrase"));
        requirePaired(answer);
        return answer;
    }

    private static void requirePaired(HostDocument answer) {
        if (!answer.required("paired").equals("1")) {
            throw new ClientException(STAGE, "the host refused");
        }
    }

    /** Best effort: the reason of the failure is what counts. */
    private void abort(Exception reason) {
        try {
            api.abortPairing();
        } catch (ClientException e) {
            reason.addSuppressed(e);
        }
    }
}
