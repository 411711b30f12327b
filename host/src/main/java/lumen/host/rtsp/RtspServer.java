package lumen.host.rtsp;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import lumen.core.rtsp.RtspCipher;
import lumen.core.rtsp.RtspException;
import lumen.core.rtsp.RtspFrame;
import lumen.core.rtsp.RtspInbound;
import lumen.core.rtsp.RtspRequest;
import lumen.core.rtsp.RtspRequestParser;
import lumen.core.rtsp.RtspResponse;
import lumen.core.sdp.EncryptionPolicy;
import lumen.core.session.LaunchTicket;
import lumen.host.net.PortInUseException;

/**
 * Accepts RTSP connections, each on a virtual thread of its own with a deadline, so that a slow or silent
 * peer costs one parked thread and nothing else. The answer ends with FIN: it is the only end the client
 * knows.
 */
public final class RtspServer implements AutoCloseable {
    private static final Logger LOG = System.getLogger(RtspServer.class.getName());
    private static final long REQUEST_DEADLINE_NANOS = 10_000_000_000L;
    /** How long the client may take to close after its answer; closing first with unread input would reset. */
    private static final long LINGER_NANOS = 2_000_000_000L;
    private static final int MAX_CONNECTIONS = 128;

    private final ServerSocket listener;
    private final RtspSessions sessions;
    private final RtspHandshake handshake;
    private final Semaphore connections = new Semaphore(MAX_CONNECTIONS);

    /**
     * Starts to listen.
     *
     * @throws PortInUseException if the port is taken
     */
    public RtspServer(InetSocketAddress address, RtspSessions sessions) {
        this.sessions = sessions;
        this.handshake = new RtspHandshake(sessions);
        try {
            listener = new ServerSocket();
            listener.setReuseAddress(true);
            listener.bind(address);
        } catch (BindException e) {
            throw new PortInUseException("TCP", address.getPort(), "RTSP", "network.rtsp-port", e);
        } catch (IOException e) {
            throw new IllegalStateException("can't listen on " + address + " for RTSP", e);
        }
        Thread.ofPlatform().daemon().name("lumen-rtsp").start(this::acceptAll);
    }

    public int port() {
        return listener.getLocalPort();
    }

    private void acceptAll() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                if (connections.tryAcquire()) {
                    Thread.ofVirtual().start(() -> serve(socket));
                } else {
                    socket.close();
                }
            } catch (SocketException e) {
                if (!listener.isClosed()) {
                    LOG.log(Level.WARNING, "RTSP: {0}", e.toString());
                }
            } catch (IOException e) {
                LOG.log(Level.WARNING, "RTSP: {0}", e.toString());
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            socket.setTcpNoDelay(true);
            converse(socket);
        } catch (SocketTimeoutException e) {
            LOG.log(Level.DEBUG, "RTSP: {0} sent no whole request in time", socket.getRemoteSocketAddress());
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "RTSP: {0}: {1}", socket.getRemoteSocketAddress(), e.toString());
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "RTSP failed", e);
        } finally {
            connections.release();
        }
    }

    private void converse(Socket socket) throws IOException {
        TimedInput in = new TimedInput(socket, System.nanoTime() + REQUEST_DEADLINE_NANOS);
        Optional<byte[]> answer = answer(in, EncryptionPolicy.unmap(socket.getInetAddress()));
        if (answer.isPresent()) {
            OutputStream out = socket.getOutputStream();
            out.write(answer.get());
            out.flush();
            socket.shutdownOutput();
            in.drain(System.nanoTime() + LINGER_NANOS);
        }
    }

    private Optional<byte[]> answer(TimedInput in, InetAddress peer) throws IOException {
        RtspInbound inbound = new RtspInbound();
        byte[] buffer = new byte[2048];
        boolean first = true;
        while (true) {
            int count = in.read(buffer);
            if (count < 0) {
                return Optional.empty();
            }
            if (first && !RtspFrame.isEncrypted(buffer[0]) && plainLaunch(peer).isEmpty()) {
                return Optional.empty();
            }
            first = false;
            try {
                Optional<RtspInbound.Arrival> arrival = inbound.feed(buffer, 0, count);
                if (arrival.isPresent()) {
                    return switch (arrival.get()) {
                        case RtspInbound.Arrival.Encrypted(byte[] frame) -> encrypted(frame);
                        case RtspInbound.Arrival.Plain(RtspRequest request) -> plainLaunch(peer)
                                .map(launch -> handshake.answer(launch, request).format());
                    };
                }
            } catch (RtspException e) {
                LOG.log(Level.DEBUG, "RTSP: {0}: {1}", peer, e.getMessage());
                return Optional.of(e.response().format());
            }
        }
    }

    /** Without encryption the launch is the newest one from the peer's address. */
    private Optional<LaunchTicket> plainLaunch(InetAddress peer) {
        return sessions.pending().stream()
                .filter(l -> !l.request().encryptedRtsp() && l.clientAddress().equals(peer)).findFirst();
    }

    /** The launch is the one whose key opens the frame. */
    private Optional<byte[]> encrypted(byte[] frame) {
        for (LaunchTicket launch : sessions.pending()) {
            switch (launch.rtspCipher().open(frame)) {
                case RtspCipher.Opened.Message(byte[] plain) -> {
                    return Optional.of(launch.rtspCipher().seal(answer(launch, plain).format()));
                }
                case RtspCipher.Opened.Refused(RtspCipher.Refusal why) when why == RtspCipher.Refusal.REPLAYED -> {
                    LOG.log(Level.WARNING, "RTSP: a repeated request was refused");
                    return Optional.empty();
                }
                case RtspCipher.Opened.Refused refused -> {
                    // Another launch's key may fit.
                }
            }
        }
        LOG.log(Level.INFO, "RTSP: an encrypted request that belongs to no pending launch: the client was too late, or"
                + " launched somewhere else");
        return Optional.empty();
    }

    private RtspResponse answer(LaunchTicket launch, byte[] plain) {
        try {
            return handshake.answer(launch, RtspRequestParser.parse(plain));
        } catch (RtspException e) {
            return e.response();
        }
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            LOG.log(Level.WARNING, "RTSP: {0}", e.toString());
        }
    }

    /** Reads with one deadline for all reads together. */
    private static final class TimedInput {
        private final Socket socket;
        private final InputStream in;
        private final long deadline;

        TimedInput(Socket socket, long deadline) throws IOException {
            this.socket = socket;
            this.in = socket.getInputStream();
            this.deadline = deadline;
        }

        private void arm(long until) throws IOException {
            long millis = (until - System.nanoTime()) / 1_000_000;
            if (millis <= 0) {
                throw new SocketTimeoutException();
            }
            socket.setSoTimeout((int) millis);
        }

        int read(byte[] buffer) throws IOException {
            arm(deadline);
            return in.read(buffer);
        }

        /** Reads and drops what still comes until the peer closes. */
        void drain(long until) throws IOException {
            byte[] rubbish = new byte[1024];
            try {
                do {
                    arm(until);
                } while (in.read(rubbish) >= 0);
            } catch (SocketTimeoutException e) {
                LOG.log(Level.DEBUG, "RTSP: {0} does not close its connection", socket.getRemoteSocketAddress());
            }
        }
    }
}
