package lumen.host.http;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import lumen.host.identity.ClientStore;
import lumen.host.identity.HostIdentity;
import lumen.host.pairing.PairingDesk;

/** Who may call what: paths to endpoints by transport and caller (control plane, section 2.5). */
final class GameStreamRouter {
    private final ServerInfo serverInfo;
    private final PairEndpoint pairing;
    private final AppEndpoint apps;
    private volatile int httpPort;
    private volatile int httpsPort;

    GameStreamRouter(HttpSettings settings, HostIdentity identity, ClientStore store, PairingDesk desk, StreamingService service, Executor blocking) {
        serverInfo = new ServerInfo(settings, identity, service);
        pairing = new PairEndpoint(desk, store, blocking);
        apps = new AppEndpoint(service, settings.rtspPort(), blocking);
    }

    void ports(int http, int https) {
        httpPort = http;
        httpsPort = https;
    }

    /** Doesn't block; the stage may complete on any thread, exceptionally only by a defect. */
    CompletionStage<HttpReply> handle(HttpExchange exchange) {
        String path = exchange.query().path();
        boolean known = switch (path) {
            case "/serverinfo", "/pair", "/unpair" -> true;
            case "/applist", "/appasset", "/launch", "/resume", "/cancel" -> exchange.secure();
            default -> false;
        };
        if (!known) {
            return done(HttpReply.error(404, "Not found"));
        }
        if (exchange.secure() && exchange.caller().isEmpty()) {
            return done(HttpReply.xml(XmlDocument.unauthorized(path)));
        }
        return switch (path) {
            case "/serverinfo" -> done(serverInfo.reply(exchange, httpPort, httpsPort));
            case "/pair" -> pairing.pair(exchange);
            case "/unpair" -> pairing.unpair(exchange);
            case "/applist" -> done(apps.list());
            case "/appasset" -> done(apps.asset(exchange));
            case "/launch" -> apps.launch(exchange, exchange.caller().orElseThrow(), false);
            case "/resume" -> apps.launch(exchange, exchange.caller().orElseThrow(), true);
            default -> apps.cancel(exchange.caller().orElseThrow());
        };
    }

    private static CompletionStage<HttpReply> done(HttpReply reply) {
        return CompletableFuture.completedFuture(reply);
    }
}
