package lumen.host.admin;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Map;

/** Asks the running host something. */
public final class AdminClient {
    private final Path runtimeDirectory;

    public AdminClient(Path runtimeDirectory) {
        this.runtimeDirectory = runtimeDirectory;
    }

    /**
     * Sends a request and waits for the reply.
     *
     * @throws IOException if no host runs, or it goes away
     */
    public AdminReply ask(AdminRequest request) throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(AdminProtocol.socket(runtimeDirectory)));
            AdminProtocol.send(channel, Map.of("command", request.command(), "arguments", request.arguments()));
            Map<String, Object> reply = AdminProtocol.receive(channel);
            return new AdminReply(Boolean.TRUE.equals(reply.get("ok")), AdminProtocol.strings(reply.get("lines")));
        }
    }
}
