package lumen.host.admin;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.function.Function;

/**
 * Answers requests on the control socket, one connection a request, each on a virtual thread so that a
 * silent peer holds up nobody.
 */
public final class AdminServer implements AutoCloseable {
    private static final Logger LOG = System.getLogger(AdminServer.class.getName());

    private final Path socket;
    private final ServerSocketChannel server;
    private final Function<AdminRequest, AdminReply> handler;

    /**
     * Opens the socket (mode 0600), replacing one that a killed host left.
     *
     * @param handler called on any thread
     */
    public AdminServer(Path runtimeDirectory, Function<AdminRequest, AdminReply> handler) throws IOException {
        this.socket = AdminProtocol.socket(runtimeDirectory);
        this.handler = handler;
        Files.deleteIfExists(socket);
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket));
        Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
        Thread.ofPlatform().daemon().name("lumen-admin").start(this::acceptAll);
    }

    private void acceptAll() {
        while (true) {
            try {
                SocketChannel peer = server.accept();
                Thread.ofVirtual().start(() -> answer(peer));
            } catch (AsynchronousCloseException e) {
                return;
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException e) {
                LOG.log(Level.WARNING, "control socket: {0}", e.toString());
                return;
            }
        }
    }

    private void answer(SocketChannel peer) {
        try (peer) {
            Map<String, Object> object = AdminProtocol.receive(peer);
            AdminReply reply;
            if (object.get("command") instanceof String command) {
                reply = handler.apply(new AdminRequest(command, AdminProtocol.strings(object.get("arguments"))));
            } else {
                reply = AdminReply.failed("request without a command");
            }
            AdminProtocol.send(peer, Map.of("ok", reply.ok(), "lines", reply.lines()));
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "control socket: {0}", e.toString());
        }
    }

    @Override
    public void close() {
        try {
            server.close();
            Files.deleteIfExists(socket);
        } catch (IOException e) {
            LOG.log(Level.WARNING, "control socket: {0}", e.toString());
        }
    }
}
