package lumen.host.http;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import lumen.host.identity.ClientStore;
import lumen.host.pairing.PairReply;
import lumen.host.pairing.PairingDesk;
import lumen.host.pairing.PairingPeer;

/** /pair and /unpair: tells the phases apart by their parameters and puts the desk's replies into XML. */
final class PairEndpoint {
    private final PairingDesk desk;
    private final ClientStore store;
    private final Executor blocking;

    PairEndpoint(PairingDesk desk, ClientStore store, Executor blocking) {
        this.desk = desk;
        this.store = store;
        this.blocking = blocking;
    }

    CompletionStage<HttpReply> pair(HttpExchange exchange) {
        QueryString query = exchange.query();
        PairingPeer peer = new PairingPeer(query.get("uniqueid"), exchange.remote());
        if (query.get("phrase").equals("getservercert")) {
            return CompletableFuture.supplyAsync(() -> desk.serverCertificate(peer, query.get("devicename"), query.get("salt"), query.get("clientcert")), blocking)
                .thenCompose(waiting -> {
                    if (!waiting.reply().isDone()) {
                        exchange.closed().thenRun(() -> desk.abandon(waiting.id()));
                    }
                    return waiting.reply().thenApply(PairEndpoint::xml);
                });
        }
        if (query.get("phrase").equals("pairchallenge")) {
            return CompletableFuture.completedFuture(HttpReply.xml(XmlDocument.ok().element("paired", exchange.caller().isPresent() ? 1 : 0)));
        }
        for (PairingDesk.Phase phase : PairingDesk.Phase.values()) {
            if (query.has(phase.parameter())) {
                return CompletableFuture.supplyAsync(() -> xml(desk.phase(peer, phase, query.get(phase.parameter()))), blocking);
            }
        }
        return CompletableFuture.completedFuture(xml(new PairReply.Refused(400, "This is no pairing phase")));
    }

    /** Without a certificate it ends the sender's own attempt and nothing else: anybody can send it. */
    CompletionStage<HttpReply> unpair(HttpExchange exchange) {
        return CompletableFuture.supplyAsync(() -> {
            exchange.caller().ifPresentOrElse(caller -> store.remove(caller.fingerprint()), () -> desk.cancel(exchange.remote()));
            return HttpReply.xml(XmlDocument.ok());
        }, blocking);
    }

    private static HttpReply xml(PairReply reply) {
        return HttpReply.xml(switch (reply) {
            case PairReply.Data data -> XmlDocument.ok().element("paired", 1).element(data.element(), data.hex());
            case PairReply.Paired paired -> XmlDocument.ok().element("paired", 1);
            case PairReply.NotPaired not -> XmlDocument.ok().element("paired", 0);
            case PairReply.InProgress busy -> XmlDocument.ok().element("paired", 1).element("plaincert", "");
            case PairReply.Refused refused -> XmlDocument.error(refused.status(), refused.message()).element("paired", 0);
        });
    }
}
