package lumen.host.control;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import lumen.core.control.ControlMessage;
import lumen.core.control.HdrMetadata;

/** A connected client. Thread-safe; what is sent leaves on the server's thread, at once. */
public final class ControlConnection {
    private final ControlServer server;
    private final ControlSession session;
    private final InetAddress localAddress;

    ControlConnection(ControlServer server, ControlSession session, InetAddress localAddress) {
        this.server = server;
        this.session = session;
        this.localAddress = localAddress;
    }

    /** Where the client is now; changes if it moves to another network. */
    public InetSocketAddress remoteAddress() {
        return session.remote;
    }

    /** The address of this host that media for the client should leave from. */
    public InetAddress localAddress() {
        return localAddress;
    }

    /** The state after the client's latest message. */
    public ControlStatistics statistics() {
        return session.statistics;
    }

    /** Sends a message, reliably and in order. Without effect once disconnected. */
    public void send(ControlMessage.FromHost message) {
        server.send(session, message);
    }

    /** Tells the client whether frames are HDR from now on. */
    public void sendHdrMode(boolean enabled, HdrMetadata metadata) {
        send(new ControlMessage.HdrMode(enabled, metadata));
    }

    /**
     * Tells the client that the stream is over. The client leaves by itself; {@link #disconnect} makes sure.
     *
     * @param code see {@link ControlMessage.Termination}
     */
    public void sendTermination(int code) {
        send(new ControlMessage.Termination(code));
    }

    /** Ends the stream: termination first, then, once the client has it or a second has passed, the disconnect. */
    public void disconnect(int code) {
        server.end(session, code);
    }
}
