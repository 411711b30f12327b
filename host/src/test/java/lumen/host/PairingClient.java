package lumen.host;

import java.io.IOException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import lumen.core.pairing.ClientPairing;
import lumen.core.pairing.PairingException;

/** Pairs over real sockets the way a device does, one step at a time. */
public final class PairingClient {
    private static final HexFormat HEX = HexFormat.of();

    private final ControlPlaneRig rig;
    private final TestCertificates identity;
    private final String uniqueId;
    private final ClientPairing machine;

    public PairingClient(ControlPlaneRig rig, TestCertificates identity, String uniqueId, String pin) throws PairingException {
        this.rig = rig;
        this.identity = identity;
        this.uniqueId = uniqueId;
        machine = new ClientPairing(identity.certificate(), identity.key(), new SecureRandom(), pin);
    }

    public String phase1Target() {
        return target("phrase=getservercert&salt=" + HEX.formatHex(machine.salt()) + "&clientcert=" + HEX.withUpperCase().formatHex(identity.pem()));
    }

    /** Sends phase 1, which is answered once a PIN is typed. */
    public CompletableFuture<String> begin() {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return rig.get(phase1Target());
            } catch (IOException e) {
                throw new CompletionException(e);
            }
        }, task -> Thread.ofVirtual().start(task));
    }

    public String target(String parameters) {
        return "/pair?uniqueid=" + uniqueId + "&uuid=1&devicename=roth&updateState=1&" + parameters;
    }

    /** Phases 2 to 5 after phase 1 was answered; returns what phase 5 says. */
    public String finish(String firstAnswer) throws IOException, PairingException {
        rest(firstAnswer);
        return rig.get(identity.tls(), "", "/pair?uniqueid=" + uniqueId + "&phrase=pairchallenge");
    }

    /** Phases 2 to 4; returns phase 4's answer. */
    public String rest(String firstAnswer) throws IOException, PairingException {
        machine.serverCertificate(HEX.parseHex(ControlPlaneRig.element(firstAnswer, "plaincert")));
        String second = rig.get(target("clientchallenge=" + HEX.formatHex(machine.clientChallenge())));
        byte[] response = machine.serverChallengeResponse(HEX.parseHex(ControlPlaneRig.element(second, "challengeresponse")));
        String third = rig.get(target("serverchallengeresp=" + HEX.withUpperCase().formatHex(response)));
        byte[] secret = machine.clientPairingSecret(HEX.parseHex(ControlPlaneRig.element(third, "pairingsecret")));
        return rig.get(target("clientpairingsecret=" + HEX.formatHex(secret)));
    }

    /** The whole pairing, PIN typed at the desk. */
    public static String pair(ControlPlaneRig rig, TestCertificates identity, String uniqueId) throws IOException, PairingException {
        PairingClient client = new PairingClient(rig, identity, uniqueId, "4711");
        CompletableFuture<String> first = client.begin();
        ControlPlaneRig.await("a pending pairing", () -> rig.desk.pending().isPresent());
        rig.desk.submit("4711");
        return client.finish(first.join());
    }
}
