package lumen.client;

import java.io.IOException;
import java.net.InetAddress;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import lumen.client.http.App;
import lumen.client.http.HostApi;
import lumen.client.http.ServerInfo;
import lumen.client.identity.ClientIdentity;
import lumen.client.identity.KeysFolder;
import lumen.client.report.CycleReport;
import lumen.client.report.HostFigures;
import lumen.client.report.StreamReport;
import lumen.client.stream.StreamSession;

/**
 * A GameStream client for one host: the way in for tests, tools and the command line. Every failure is a
 * {@link ClientException} that names its stage. Use by one thread at a time.
 */
public final class StreamingClient implements AutoCloseable {
    private static final int UNAUTHORIZED = 401;

    private final HostAddress address;
    private final KeysFolder keys;
    private final ClientIdentity identity;
    private final HostApi api;

    /** @param keys holds the client's identity; made on first use */
    public StreamingClient(HostAddress address, KeysFolder keys) {
        this.address = address;
        this.keys = keys;
        identity = keys.identity();
        api = new HostApi(address, identity);
    }

    /** What the host says to anybody; {@code paired} and {@code currentGame} say nothing here. */
    public ServerInfo serverInfo() {
        return api.serverInfo();
    }

    /** What the host says to this client, if both know each other; empty if they aren't paired. */
    public Optional<ServerInfo> pairedServerInfo() {
        ServerInfo open = api.serverInfo();
        Optional<X509Certificate> pinned = keys.pinned(open.uniqueId());
        if (pinned.isEmpty()) {
            return Optional.empty();
        }
        api.pin(pinned.get(), open.httpsPort());
        try {
            ServerInfo info = api.pairedServerInfo();
            return info.paired() ? Optional.of(info) : Optional.empty();
        } catch (ClientException e) {
            if (e.statusCode() == UNAUTHORIZED) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /**
     * Pairs: returns once the PIN has been typed on the host and each side has proved that it knows it.
     *
     * @param pin four digits
     */
    public void pair(String pin) {
        ServerInfo info = api.serverInfo();
        X509Certificate host = new PairingConversation(api, identity).run(pin, info.httpsPort());
        keys.pin(info.uniqueId(), host);
    }

    /** The host's applications. */
    public List<App> apps() {
        requirePaired();
        return api.apps();
    }

    /** Ends the application that runs for this client, if any. */
    public void quit() {
        requirePaired();
        api.cancel();
    }

    private ServerInfo requirePaired() {
        return pairedServerInfo().orElseThrow(() -> new ClientException("server-info",
                "not paired with " + address, UNAUTHORIZED, null));
    }

    /**
     * Launches or resumes the application and streams, once for each cycle. An application that runs
     * already is resumed. It keeps running afterwards; {@link #quit} ends it.
     *
     * @return the report, also when it failed; stages that can't be passed throw
     */
    public StreamReport stream(StreamOptions options) {
        ServerInfo info = requirePaired();
        App app = choose(options.app());
        InetAddress target = resolve();
        List<CycleReport> cycles = new ArrayList<>();
        boolean resume = info.busy() && info.currentGame() == app.id();
        for (int number = 1; number <= options.cycles(); number++) {
            try (StreamSession session = new StreamSession(number, resume, api, target, app.id(), options)) {
                cycles.add(session.run());
            }
            resume = true;
        }
        return new StreamReport(new HostFigures(address.toString(), info.hostname(), info.uniqueId(), info.appVersion(),
                app.title(), app.id()), options.verify(), cycles, List.of());
    }

    private App choose(String title) {
        List<App> apps = api.apps();
        if (title.isEmpty() && !apps.isEmpty()) {
            return apps.getFirst();
        }
        return apps.stream().filter(a -> a.title().equalsIgnoreCase(title)).findFirst()
                .orElseThrow(() -> new ClientException("app-list", "no application '" + title + "', the host has "
                        + apps.stream().map(App::title).toList()));
    }

    private InetAddress resolve() {
        try {
            return InetAddress.getByName(address.host());
        } catch (IOException e) {
            throw new ClientException("resolve", address.host() + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        api.close();
    }
}
