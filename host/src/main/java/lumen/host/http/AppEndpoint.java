package lumen.host.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import lumen.core.session.LaunchException;
import lumen.core.session.LaunchRequest;
import lumen.core.session.LaunchTicket;
import lumen.host.net.PeerAddress;

/** /applist, /appasset, /launch, /resume and /cancel; only paired callers get here. */
final class AppEndpoint {
    private final StreamingService service;
    private final int rtspPort;
    private final Executor blocking;
    private final byte[] defaultArt;

    AppEndpoint(StreamingService service, int rtspPort, Executor blocking) {
        this.service = service;
        this.rtspPort = rtspPort;
        this.blocking = blocking;
        try (InputStream in = AppEndpoint.class.getResourceAsStream("box-art.png")) {
            defaultArt = in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    HttpReply list() {
        XmlDocument xml = XmlDocument.ok();
        for (StreamingApp app : service.apps()) {
            xml.open("App").element("IsHdrSupported", app.hdr() ? 1 : 0).element("AppTitle", app.title()).element("ID", app.id()).close("App");
        }
        return HttpReply.xml(xml);
    }

    /** Unknown ids get the built-in picture: clients show a broken one otherwise. */
    HttpReply asset(HttpExchange exchange) {
        String id = exchange.query().get("appid");
        for (StreamingApp app : service.apps()) {
            if (Integer.toString(app.id()).equals(id) && app.boxArt().length > 0) {
                return HttpReply.png(app.boxArt());
            }
        }
        return HttpReply.png(defaultArt);
    }

    CompletionStage<HttpReply> launch(HttpExchange exchange, Caller caller, boolean resume) {
        LaunchRequest request;
        try {
            request = LaunchRequest.parse(exchange.query().parameters(), resume);
        } catch (LaunchException e) {
            return CompletableFuture.completedFuture(refused(e.status(), e.getMessage(), resume));
        }
        return CompletableFuture.supplyAsync(() -> {
            try {
                LaunchTicket ticket = resume ? service.resume(caller, request) : service.launch(caller, request);
                return HttpReply.xml(XmlDocument.ok().element("sessionUrl0", sessionUrl(exchange, ticket))
                    .element(resume ? "resume" : "gamesession", 1));
            } catch (LaunchRefusal e) {
                return refused(e.status(), e.getMessage(), resume);
            }
        }, blocking);
    }

    CompletionStage<HttpReply> cancel(Caller caller) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                service.cancel(caller);
                return HttpReply.xml(XmlDocument.ok().element("cancel", 1));
            } catch (LaunchRefusal e) {
                return HttpReply.xml(XmlDocument.error(e.status(), e.getMessage()).element("cancel", 0));
            }
        }, blocking);
    }

    private String sessionUrl(HttpExchange exchange, LaunchTicket ticket) {
        return (ticket.request().encryptedRtsp() ? "rtspenc://" : "rtsp://") + PeerAddress.urlHost(exchange.local()) + ":" + rtspPort;
    }

    private static HttpReply refused(int status, String message, boolean resume) {
        return HttpReply.xml(XmlDocument.error(status, message).element(resume ? "resume" : "gamesession", 0));
    }
}
