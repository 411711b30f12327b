package lumen.host.http;

import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * One HTTP request.
 *
 * @param query       path and parameters
 * @param secure      true on the HTTPS port
 * @param certificate DER of the client's certificate, if it showed one
 * @param remote      the client; IPv4 unmapped
 * @param local       the address it arrived on; IPv4 unmapped
 * @param closed      completes when the connection is gone
 */
record Call(Query query, boolean secure, Optional<byte[]> certificate, InetSocketAddress remote, InetSocketAddress local,
            CompletionStage<?> closed) {

    RequestOrigin origin() {
        return new RequestOrigin(remote.getAddress(), local.getAddress());
    }

    /** The local address as it stands in a URL: IPv6 in brackets, without a zone. */
    String localHost() {
        String text = local.getAddress().getHostAddress();
        int zone = text.indexOf('%');
        String address = zone < 0 ? text : text.substring(0, zone);
        return local.getAddress() instanceof Inet4Address ? address : "[" + address + "]";
    }
}
