package lumen.host.rtsp;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import lumen.core.rtsp.RtspRequest;
import lumen.core.rtsp.RtspResponse;
import lumen.core.rtsp.StreamKind;
import lumen.core.sdp.AnnounceParser;
import lumen.core.sdp.DescribeAnswer;
import lumen.core.sdp.SdpException;
import lumen.core.session.LaunchTicket;

/** Answers the seven requests of a handshake. Every answer carries the request's CSeq, also refusals. */
final class RtspHandshake {
    private static final Logger LOG = System.getLogger(RtspHandshake.class.getName());
    private static final int NOT_FOUND = 404;
    private static final int INTERNAL_ERROR = 500;
    /** The client's buffers have the size it names; this host has no reason to stay below. */
    private static final int MAX_PACKET_SIZE = 65_535;

    private final RtspSessions sessions;

    RtspHandshake(RtspSessions sessions) {
        this.sessions = sessions;
    }

    RtspResponse answer(LaunchTicket launch, RtspRequest request) {
        int cseq = request.cseq();
        try {
            return switch (request.method()) {
                case "OPTIONS", "PLAY" -> RtspResponse.of(200, cseq);
                case "DESCRIBE" -> RtspResponse.of(200, cseq).withBody(
                        DescribeAnswer.of(sessions.codecs(), sessions.policy(launch), 0, false).encode());
                case "SETUP" -> request.stream().map(stream -> setup(launch, stream, cseq))
                        .orElseGet(() -> RtspResponse.of(NOT_FOUND, cseq));
                case "ANNOUNCE" -> announce(launch, request, cseq);
                default -> RtspResponse.of(NOT_FOUND, cseq);
            };
        } catch (SdpException e) {
            LOG.log(Level.WARNING, "RTSP: {0} refused with {1}: {2}", request.method(), Integer.toString(e.status()), e.getMessage());
            return RtspResponse.of(e.status(), cseq);
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "RTSP: " + request.method() + " failed", e);
            return RtspResponse.of(INTERNAL_ERROR, cseq);
        }
    }

    private RtspResponse setup(LaunchTicket launch, StreamKind stream, int cseq) {
        RtspSessions.StreamPorts ports = sessions.ports();
        RtspResponse response = RtspResponse.of(200, cseq).with("Session", launch.sessionToken() + ";timeout = 90");
        return switch (stream) {
            case AUDIO -> response.with("Transport", "server_port=" + ports.audio()).with("X-SS-Ping-Payload", launch.audioPing());
            case VIDEO -> response.with("Transport", "server_port=" + ports.video()).with("X-SS-Ping-Payload", launch.videoPing());
            case CONTROL -> response.with("Transport", "server_port=" + ports.control())
                    .with("X-SS-Connect-Data", Integer.toUnsignedString(launch.connectData()));
        };
    }

    private RtspResponse announce(LaunchTicket launch, RtspRequest request, int cseq) throws SdpException {
        sessions.announced(launch, AnnounceParser.parse(request.body(), request.header("Host").orElse(""),
                new AnnounceParser.Limits(sessions.codecs(), sessions.policy(launch), MAX_PACKET_SIZE)));
        return RtspResponse.of(200, cseq);
    }
}
