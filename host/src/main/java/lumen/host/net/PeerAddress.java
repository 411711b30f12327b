package lumen.host.net;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import lumen.core.sdp.EncryptionPolicy;

/** Socket addresses as the protocol shows them: never IPv4-mapped, never with a scope, IPv6 in brackets. */
public final class PeerAddress {
    private PeerAddress() {
    }

    public static InetAddress of(SocketAddress address) {
        return EncryptionPolicy.unmap(((InetSocketAddress) address).getAddress());
    }

    /** Text of the address alone. */
    public static String text(InetAddress address) {
        String text = address.getHostAddress();
        int scope = text.indexOf('%');
        return scope < 0 ? text : text.substring(0, scope);
    }

    /** Text for the authority part of a URL. */
    public static String urlHost(InetAddress address) {
        return address instanceof Inet6Address ? "[" + text(address) + "]" : text(address);
    }
}
