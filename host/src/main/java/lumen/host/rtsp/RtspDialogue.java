package lumen.host.rtsp;

import java.util.Optional;
import lumen.core.rtsp.RtspRequest;
import lumen.core.rtsp.RtspResponse;
import lumen.core.rtsp.StreamKind;
import lumen.core.sdp.AnnounceParser;
import lumen.core.sdp.SdpException;
import lumen.core.sdp.StreamConfig;
import lumen.core.session.LaunchTicket;

/** Answers one request of a launch: OPTIONS, DESCRIBE, SETUP, ANNOUNCE, PLAY. Thread-safe; may block. */
final class RtspDialogue {
    private static final System.Logger LOG = System.getLogger(RtspDialogue.class.getName());
    private static final int NOT_FOUND = 404;
    private static final int SESSION_NOT_FOUND = 454;
    private static final int WRONG_STATE = 455;

    private final RtspSessions sessions;
    private final MediaPorts ports;

    RtspDialogue(RtspSessions sessions, MediaPorts ports) {
        this.sessions = sessions;
        this.ports = ports;
    }

    RtspResponse answer(LaunchTicket ticket, RtspRequest request) {
        int cseq = request.cseq();
        if (request.sessionToken().filter(token -> !token.equals(ticket.sessionToken())).isPresent()) {
            return RtspResponse.of(SESSION_NOT_FOUND, cseq);
        }
        try {
            return switch (request.method()) {
                case "OPTIONS" -> RtspResponse.of(200, cseq).with("Public", "OPTIONS, DESCRIBE, SETUP, ANNOUNCE, PLAY");
                case "DESCRIBE" -> RtspResponse.of(200, cseq).withBody(sessions.describe(ticket).encode());
                case "SETUP" -> setup(ticket, request);
                case "ANNOUNCE" -> announce(ticket, request);
                case "PLAY" -> play(ticket, cseq);
                default -> RtspResponse.of(NOT_FOUND, cseq);
            };
        } catch (SdpException e) {
            LOG.log(System.Logger.Level.WARNING, "ANNOUNCE refused: {0}", e.getMessage());
            return RtspResponse.of(e.status(), cseq);
        } catch (RtspRefusal e) {
            LOG.log(System.Logger.Level.WARNING, "{0} refused: {1}", request.method(), e.getMessage());
            return RtspResponse.of(e.status(), cseq);
        }
    }

    private RtspResponse setup(LaunchTicket ticket, RtspRequest request) {
        Optional<StreamKind> stream = request.stream();
        if (stream.isEmpty()) {
            return RtspResponse.of(NOT_FOUND, request.cseq());
        }
        StreamKind kind = stream.get();
        RtspResponse answer = RtspResponse.of(200, request.cseq())
            .with("Session", ticket.sessionToken() + ";timeout = 90")
            .with("Transport", "server_port=" + ports.of(kind));
        return switch (kind) {
            case AUDIO -> answer.with("X-SS-Ping-Payload", ticket.audioPing());
            case VIDEO -> answer.with("X-SS-Ping-Payload", ticket.videoPing());
            case CONTROL -> answer.with("X-SS-Connect-Data", Integer.toUnsignedString(ticket.connectData()));
        };
    }

    private RtspResponse announce(LaunchTicket ticket, RtspRequest request) throws SdpException, RtspRefusal {
        StreamConfig config = AnnounceParser.parse(request.body(), request.header("Host").orElse(""), sessions.limits(ticket));
        if (!ticket.claimAnnounce()) {
            return RtspResponse.of(WRONG_STATE, request.cseq());
        }
        sessions.announced(ticket, config);
        return RtspResponse.of(200, request.cseq());
    }

    private RtspResponse play(LaunchTicket ticket, int cseq) throws RtspRefusal {
        if (!ticket.announced()) {
            return RtspResponse.of(WRONG_STATE, cseq);
        }
        sessions.play(ticket);
        return RtspResponse.of(200, cseq);
    }
}
