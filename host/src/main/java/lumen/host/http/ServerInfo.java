package lumen.host.http;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.HexFormat;
import lumen.core.sdp.CodecModes;
import lumen.host.identity.HostIdentity;
import lumen.host.net.PeerAddress;

/**
 * The /serverinfo document: polled every few seconds, so cheap and free of side effects. Private facts only
 * for paired callers. Thread-safe.
 */
final class ServerInfo {
    /** Client code is keyed on exactly this version; the negative part marks an open host. */
    static final String APP_VERSION = "7.1.431.-1";
    static final String GFE_VERSION = "3.23.0.74";
    static final String UNKNOWN_MAC = "00:00:00:00:00:00";

    private final HttpSettings settings;
    private final HostIdentity identity;
    private final StreamingService service;

    ServerInfo(HttpSettings settings, HostIdentity identity, StreamingService service) {
        this.settings = settings;
        this.identity = identity;
        this.service = service;
    }

    HttpReply reply(HttpExchange exchange, int httpPort, int httpsPort) {
        CodecModes codecs = service.codecs();
        int game = exchange.caller().map(caller -> service.runningApp(caller.fingerprint())).orElse(0);
        XmlDocument xml = XmlDocument.ok()
            .element("hostname", settings.hostName().isBlank() ? "lumen" : settings.hostName().strip())
            .element("appversion", APP_VERSION)
            .element("GfeVersion", GFE_VERSION)
            .element("uniqueid", identity.uniqueId())
            .element("HttpsPort", httpsPort)
            .element("ExternalPort", httpPort)
            .element("MaxLumaPixelsHEVC", codecs.maxLumaPixelsHevc())
            .element("mac", exchange.caller().isPresent() ? mac(exchange.local()) : UNKNOWN_MAC)
            .element("LocalIP", localIp(exchange.local()))
            .element("ServerCodecModeSupport", Integer.toUnsignedLong(codecs.bits()));
        settings.externalIp().ifPresent(ip -> xml.element("ExternalIP", PeerAddress.text(ip)));
        return HttpReply.xml(xml
            .element("PairStatus", exchange.caller().isPresent() ? 1 : 0)
            .element("currentgame", game)
            .element("state", game == 0 ? "LUMEN_SERVER_FREE" : "LUMEN_SERVER_BUSY"));
    }

    /** Over IPv6 a value that clients ignore, so that they keep the IPv4 address they know. */
    static String localIp(InetAddress local) {
        return local instanceof Inet4Address ? PeerAddress.text(local) : "127.0.0.1";
    }

    /** Of the interface that owns the address the connection arrived on. */
    static String mac(InetAddress local) {
        try {
            NetworkInterface owner = NetworkInterface.getByInetAddress(local);
            byte[] address = owner == null ? null : owner.getHardwareAddress();
            return address == null || address.length != 6 ? UNKNOWN_MAC : HexFormat.ofDelimiter(":").formatHex(address);
        } catch (SocketException e) {
            // The interface went away while being asked; the placeholder means "keep what you had".
            return UNKNOWN_MAC;
        }
    }
}
