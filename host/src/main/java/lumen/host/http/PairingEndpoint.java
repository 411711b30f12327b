package lumen.host.http;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;
import lumen.core.pairing.PairingException;
import lumen.host.identity.HostIdentity;
import lumen.host.pairing.PairingDesk;

/** {@code /pair} and {@code /unpair}: finds out which phase a request is and brings it to the desk. */
final class PairingEndpoint {
    private static final int MAX_DEVICE_NAME = 64;

    /** A secret of 16 bytes and a signature by an RSA key of at most 8192 bits. */
    private static final int MAX_FIELD = 16 + 1024;
    private static final int MAX_CERTIFICATE = 8 * 1024;

    private final PairingDesk desk;
    private final byte[] certificate;

    PairingEndpoint(PairingDesk desk, HostIdentity identity) {
        this.desk = desk;
        this.certificate = identity.pem().getBytes(StandardCharsets.US_ASCII);
    }

    /** Over HTTP: phases 1 to 4. */
    Answer pair(Call call) {
        Query query = call.query();
        InetAddress client = call.remote().getAddress();
        try {
            if (query.text("phrase").filter("getservercert"::equals).isPresent()) {
                return begin(call);
            }
            Optional<byte[]> challenge = query.hex("clientchallenge", MAX_FIELD);
            if (challenge.isPresent()) {
                return paired("challengeresponse", desk.proceed(client, p -> p.clientChallenge(challenge.get())));
            }
            Optional<byte[]> response = query.hex("serverchallengeresp", MAX_FIELD);
            if (response.isPresent()) {
                return paired("pairingsecret", desk.proceed(client, p -> p.serverChallengeResponse(response.get())));
            }
            Optional<byte[]> secret = query.hex("clientpairingsecret", MAX_FIELD);
            if (secret.isPresent()) {
                return Answer.xml(Xml.ok().element("paired", desk.prove(client, secret.get()) ? 1 : 0));
            }
            throw new Refusal(400, "Not a phase of pairing over HTTP");
        } catch (PairingException e) {
            return Answer.xml(Xml.error(400, e.getMessage()).element("paired", 0));
        } catch (Refusal e) {
            desk.abandon(client);
            return Answer.xml(Xml.error(e.status(), e.getMessage()).element("paired", 0));
        }
    }

    private Answer begin(Call call) throws PairingException {
        String device = call.query().text("devicename").orElse("client");
        boolean accepted = desk.begin(device.substring(0, Math.min(device.length(), MAX_DEVICE_NAME)), call.remote().getAddress(),
                required(call.query(), "salt"), required(call.query(), "clientcert"), call.closed());
        // Without a certificate clients say that another pairing is in progress.
        return accepted ? paired("plaincert", certificate) : Answer.xml(Xml.ok().element("paired", 1));
    }

    private static byte[] required(Query query, String name) {
        return query.hex(name, MAX_CERTIFICATE).orElseThrow(() -> new Refusal(400, "Parameter " + name + " is missing"));
    }

    private static Answer paired(String name, byte[] value) {
        return Answer.xml(Xml.ok().element("paired", 1).element(name, HexFormat.of().formatHex(value)));
    }

    /** Over HTTPS, from a client that is paired: its last check. */
    Answer pairSecurely(Call call) {
        if (call.query().text("phrase").filter("pairchallenge"::equals).isPresent()) {
            return Answer.xml(Xml.ok().element("paired", 1));
        }
        return pair(call);
    }

    /** Over HTTP: any client calls this after a failed attempt. It ends that attempt and nothing else. */
    Answer abandon(Call call) {
        desk.abandon(call.remote().getAddress());
        return Answer.xml(Xml.ok());
    }
}
