package lumen.host.http;

import java.util.Optional;
import lumen.host.identity.ClientStore;
import lumen.host.identity.PairedClient;

/**
 * Decides who may call what, and hands each request to its endpoint. A client is known by the bytes of its
 * TLS certificate alone, checked for each request, so that unpairing takes effect at once.
 */
final class GameStreamApi implements HttpApi {
    private final ClientStore clients;
    private final StreamingService service;
    private final ServerInfo serverInfo;
    private final PairingEndpoint pairing;
    private volatile int httpPort;
    private volatile int httpsPort;

    GameStreamApi(HostDescription host, ClientStore clients, StreamingService service, PairingEndpoint pairing) {
        this.clients = clients;
        this.service = service;
        this.serverInfo = new ServerInfo(host, service);
        this.pairing = pairing;
    }

    /** The ports that {@code /serverinfo} reports. */
    void ports(int http, int https) {
        httpPort = http;
        httpsPort = https;
    }

    @Override
    public Answer answer(Call call) {
        String path = call.query().path();
        if (!call.secure()) {
            return switch (path) {
                case "/serverinfo" -> serverInfo.answer(call, Optional.empty(), httpPort, httpsPort);
                case "/pair" -> pairing.pair(call);
                case "/unpair" -> pairing.abandon(call);
                default -> throw notFound(path);
            };
        }
        PairedClient client = call.certificate().flatMap(clients::byCertificate)
                .orElseThrow(() -> new Refusal(401, "The client is not authorized. Certificate verification failed."));
        return switch (path) {
            case "/serverinfo" -> serverInfo.answer(call, Optional.of(client), httpPort, httpsPort);
            case "/pair" -> pairing.pairSecurely(call);
            case "/unpair" -> unpair(client);
            case "/applist" -> appList();
            case "/appasset" -> asset(call.query());
            case "/launch" -> started(call, "gamesession", service.launch(client, call.query().all(), call.origin()));
            case "/resume" -> started(call, "resume", service.resume(client, call.query().all(), call.origin()));
            case "/cancel" -> cancel(client);
            default -> throw notFound(path);
        };
    }

    private static Refusal notFound(String path) {
        return new Refusal(404, "There is no " + path + " here");
    }

    private Answer unpair(PairedClient client) {
        service.cancel(client);
        clients.remove(client.certificate());
        return Answer.xml(Xml.ok());
    }

    private Answer appList() {
        Xml xml = Xml.ok();
        for (StreamingService.AppEntry app : service.apps()) {
            xml.open("App").element("IsHdrSupported", app.hdr() ? 1 : 0).element("AppTitle", app.title())
                    .element("ID", app.id()).close("App");
        }
        return Answer.xml(xml);
    }

    private Answer asset(Query query) {
        int id;
        try {
            id = Integer.parseInt(query.text("appid").orElse(""));
        } catch (NumberFormatException e) {
            throw new Refusal(400, "Parameter appid is not a number");
        }
        return service.boxArt(id).map(Answer::png).orElseThrow(() -> new Refusal(404, "There is no app " + id));
    }

    private static Answer started(Call call, String verb, StreamingService.SessionAddress address) {
        return Answer.xml(Xml.ok()
                .element("sessionUrl0", (address.encrypted() ? "rtspenc://" : "rtsp://") + call.localHost() + ":" + address.port())
                .element(verb, 1));
    }

    private Answer cancel(PairedClient client) {
        service.cancel(client);
        return Answer.xml(Xml.ok().element("cancel", 1));
    }
}
