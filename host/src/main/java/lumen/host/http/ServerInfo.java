package lumen.host.http;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalInt;
import lumen.host.identity.PairedClient;

/** Builds {@code /serverinfo}. Clients poll it every few seconds: it is cheap and changes nothing. */
final class ServerInfo {
    /** The protocol generation; a negative fourth part switches on all extensions. Clients test for exactly this. */
    private static final String APP_VERSION = "7.1.431.-1";
    private static final String GFE_VERSION = "3.23.0.74";
    private static final String UNKNOWN_MAC = "00:00:00:00:00:00";

    private final HostDescription host;
    private final StreamingService service;

    ServerInfo(HostDescription host, StreamingService service) {
        this.host = host;
        this.service = service;
    }

    /** @param client who asks, if that is known: over HTTP it never is */
    Answer answer(Call call, Optional<PairedClient> client, int httpPort, int httpsPort) {
        OptionalInt running = client.map(service::runningApp).orElse(OptionalInt.empty());
        InetAddress local = call.local().getAddress();
        Xml xml = Xml.ok()
                .element("hostname", host.name())
                .element("appversion", APP_VERSION)
                .element("GfeVersion", GFE_VERSION)
                .element("uniqueid", host.uniqueId())
                .element("HttpsPort", httpsPort)
                .element("ExternalPort", httpPort)
                .element("MaxLumaPixelsHEVC", host.codecs().maxLumaPixelsHevc())
                .element("mac", client.isPresent() ? mac(local) : UNKNOWN_MAC)
                // Clients ignore 127.* here, and would otherwise overwrite the IPv4 address they know.
                .element("LocalIP", local instanceof Inet4Address ? local.getHostAddress() : "127.0.0.1")
                .element("ServerCodecModeSupport", host.codecs().bits())
                .element("PairStatus", client.isPresent() ? 1 : 0)
                .element("currentgame", running.orElse(0))
                .element("state", running.isPresent() ? "LUMEN_SERVER_BUSY" : "LUMEN_SERVER_FREE");
        return Answer.xml(xml);
    }

    private static String mac(InetAddress local) {
        try {
            NetworkInterface network = NetworkInterface.getByInetAddress(local);
            byte[] address = network == null ? null : network.getHardwareAddress();
            return address == null || address.length != 6 ? UNKNOWN_MAC : HexFormat.ofDelimiter(":").formatHex(address);
        } catch (SocketException e) {
            return UNKNOWN_MAC;
        }
    }
}
