package lumen.posix;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/**
 * An address and port as numbers, so that comparing one allocates nothing. IPv4 addresses are kept in their
 * mapped form {@code ::ffff:a.b.c.d}.
 *
 * @param high   upper 64 bits of the IPv6 address
 * @param low    lower 64 bits
 * @param port   0 to 65535
 * @param scope  interface index of a link-local address, else 0
 */
public record UdpEndpoint(long high, long low, int port, int scope) {
    static final long MAPPED_PREFIX = 0x0000_FFFF_0000_0000L;

    public UdpEndpoint {
        if (port < 0 || port > 0xFFFF) {
            throw new IllegalArgumentException("UDP port " + port);
        }
    }

    /** An address as the JDK has it. */
    public static UdpEndpoint of(InetAddress address, int port) {
        ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
        if (address instanceof Inet4Address) {
            return new UdpEndpoint(0, MAPPED_PREFIX | bytes.getInt() & 0xFFFFFFFFL, port, 0);
        }
        return new UdpEndpoint(bytes.getLong(), bytes.getLong(), port, ((Inet6Address) address).getScopeId());
    }

    /** An address as the JDK has it; resolved. */
    public static UdpEndpoint of(InetSocketAddress address) {
        return of(address.getAddress(), address.getPort());
    }

    /** The address without the port, IPv4 as such. */
    public InetAddress address() {
        try {
            if (isMapped(high, low)) {
                return InetAddress.getByAddress(ByteBuffer.allocate(4).putInt((int) low).array());
            }
            return Inet6Address.getByAddress(null, ByteBuffer.allocate(16).putLong(high).putLong(low).array(), scope);
        } catch (UnknownHostException e) {
            throw new AssertionError("4 and 16 bytes are addresses", e);
        }
    }

    /** True if this is {@code 0.0.0.0} or {@code ::}. */
    public boolean isWildcard() {
        return high == 0 && (low == 0 || low == MAPPED_PREFIX);
    }

    /** True for the same address, whatever the port. */
    public boolean sameAddress(UdpEndpoint other) {
        return high == other.high && low == other.low;
    }

    static boolean isMapped(long high, long low) {
        return high == 0 && low >>> 32 == 0xFFFF;
    }

    @Override
    public String toString() {
        String host = address().getHostAddress();
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
