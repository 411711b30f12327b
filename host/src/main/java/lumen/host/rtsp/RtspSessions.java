package lumen.host.rtsp;

import java.util.List;
import lumen.core.sdp.AnnounceParser;
import lumen.core.sdp.DescribeAnswer;
import lumen.core.sdp.StreamConfig;
import lumen.core.session.LaunchTicket;

/** What the RTSP server needs of the rest of the host. Called on request threads, which may block. */
public interface RtspSessions {
    /** Tickets whose RTSP or control connection is still awaited and that have not expired, newest first. */
    List<LaunchTicket> pending();

    /** What the host can do for this client; policy by its address. */
    DescribeAnswer describe(LaunchTicket ticket);

    /** What an ANNOUNCE of this client may ask for. */
    AnnounceParser.Limits limits(LaunchTicket ticket);

    /**
     * A valid ANNOUNCE, once a ticket: make the stream, so that pings and the control connection are expected
     * when this returns.
     *
     * @throws RtspRefusal if it can't be made
     */
    void announced(LaunchTicket ticket, StreamConfig config) throws RtspRefusal;

    /** PLAY: the control connection follows at once. */
    void play(LaunchTicket ticket) throws RtspRefusal;
}
