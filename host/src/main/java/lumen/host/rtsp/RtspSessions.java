package lumen.host.rtsp;

import java.util.List;
import lumen.core.sdp.CodecModes;
import lumen.core.sdp.EncryptionPolicy;
import lumen.core.sdp.SdpException;
import lumen.core.sdp.StreamConfig;
import lumen.core.session.LaunchTicket;

/** What RTSP needs of sessions. Called on any thread. */
public interface RtspSessions {

    /** Launches not yet expired and not yet streaming, newest first. Never blocks. */
    List<LaunchTicket> pending();

    /** What can be encoded here. */
    CodecModes codecs();

    /** How media for this client are encrypted. */
    EncryptionPolicy policy(LaunchTicket launch);

    /**
     * The client has said what it wants: the stream is set up before this returns.
     *
     * @throws SdpException with the status to answer; nothing is left then
     */
    void announced(LaunchTicket launch, StreamConfig config) throws SdpException;

    /** UDP ports the client is told. */
    StreamPorts ports();

    /**
     * UDP ports.
     *
     * @param video   RTP video
     * @param control ENet
     * @param audio   RTP audio
     */
    record StreamPorts(int video, int control, int audio) {
    }
}
