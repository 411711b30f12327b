package lumen.host.session;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import lumen.core.sdp.CodecModes;
import lumen.host.admin.AdminServer;
import lumen.host.config.NetworkSettings;
import lumen.host.config.Settings;
import lumen.host.discovery.Discovery;
import lumen.host.http.GameStreamServer;
import lumen.host.http.HttpSettings;
import lumen.host.identity.ClientStore;
import lumen.host.identity.HostIdentity;
import lumen.host.net.PortInUseException;
import lumen.host.pairing.PairingDesk;
import lumen.host.pairing.PairingLimits;
import lumen.host.plugin.Selection;
import lumen.host.rtsp.RtspServer;
import lumen.host.rtsp.RtspSettings;
import lumen.spi.HostContext;

/** All servers of a running host, opened in the order in which they need each other. */
public final class GameStreamHost implements AutoCloseable {
    private static final Logger LOG = System.getLogger(GameStreamHost.class.getName());

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final PairingDesk desk;
    private final ClientStore clients;
    private final SessionDirectory sessions;
    private final GameStreamServer http;

    /**
     * Starts serving.
     *
     * @param name             shown to users
     * @param stateFolder      identity and paired clients
     * @param runtimeDirectory the control socket
     * @throws PortInUseException if a port is taken; nothing stays open then
     */
    public GameStreamHost(String name, Path stateFolder, Path runtimeDirectory, Settings settings, Selection selection, HostContext context) {
        NetworkSettings network = NetworkSettings.of(settings);
        HostIdentity identity = HostIdentity.open(stateFolder);
        clients = ClientStore.open(stateFolder);
        desk = new PairingDesk(identity, clients, PairingLimits.STANDARD, System::nanoTime);
        try {
            StreamServers servers = open(StreamServers.open(network));
            sessions = open(new SessionDirectory(new AppCatalog(settings.apps()), selection, settings, context, servers,
                    new CodecModes(CodecModes.H264), desk::expire));
            clients.onRemoval(client -> sessions.end(client.fingerprint()));
            RtspServer rtsp = open(new RtspServer(RtspSettings.of(network.bind(), network.ports(), servers.ports()), sessions));
            http = open(new GameStreamServer(HttpSettings.of(name, network.bind(), network.ports(), rtsp.port()), identity, clients, desk,
                    sessions));
            open(new AdminServer(runtimeDirectory, new AdminCommands(desk, clients, sessions, http.counters(), rtsp.counters())));
            if (network.mdns()) {
                open(new Discovery(name, identity.uniqueId(), http.httpPort(), network.bind()));
            }
        } catch (IOException e) {
            close();
            throw new UncheckedIOException("the control socket can't be opened", e);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private <T extends AutoCloseable> T open(T part) {
        parts.push(part);
        return part;
    }

    /** Where pairing clients wait for their PIN. */
    public PairingDesk desk() {
        return desk;
    }

    /** How many clients are paired. */
    public int pairedClients() {
        return clients.list().size();
    }

    public int httpPort() {
        return http.httpPort();
    }

    /** Ends all streams with a friendly word, then the servers. */
    @Override
    public void close() {
        for (AutoCloseable part : List.copyOf(parts)) {
            try {
                part.close();
            } catch (Exception e) {
                LOG.log(Level.ERROR, "a server could not be closed", e);
            }
        }
        parts.clear();
    }
}
