package lumen.host.http;

import lumen.host.config.NetworkSettings;
import lumen.host.identity.ClientStore;
import lumen.host.identity.HostIdentity;
import lumen.host.net.PortInUseException;
import lumen.host.pairing.PairingDesk;

/** Both HTTP ports, answering. */
public final class HttpEndpoints implements AutoCloseable {
    private final HttpServer server;
    private final int httpPort;
    private final int httpsPort;

    /**
     * Starts to listen on both ports.
     *
     * @throws PortInUseException if one is taken; none stays bound then
     */
    public HttpEndpoints(NetworkSettings network, HostDescription host, HostIdentity identity, ClientStore clients,
                         StreamingService service, PairingDesk desk) {
        GameStreamApi api = new GameStreamApi(host, clients, service, new PairingEndpoint(desk, identity));
        server = new HttpServer(api, identity);
        try {
            httpsPort = server.listen(network.https(), true);
            api.ports(network.http().getPort(), httpsPort);
            httpPort = server.listen(network.http(), false);
            api.ports(httpPort, httpsPort);
        } catch (RuntimeException e) {
            server.close();
            throw e;
        }
    }

    public int httpPort() {
        return httpPort;
    }

    public int httpsPort() {
        return httpsPort;
    }

    @Override
    public void close() {
        server.close();
    }
}
