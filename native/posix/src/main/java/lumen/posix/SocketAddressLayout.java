package lumen.posix;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** {@code struct sockaddr_in} and {@code sockaddr_in6}, to and from {@link UdpEndpoint}'s numbers. */
final class SocketAddressLayout {
    static final short AF_INET = 2;
    static final short AF_INET6 = 10;

    static final int FAMILY_OFFSET = 0;
    static final int PORT_OFFSET = 2;

    static final int IN_ADDRESS_OFFSET = 4;
    static final int IN_LENGTH = 16;

    static final int IN6_FLOWINFO_OFFSET = 4;
    static final int IN6_ADDRESS_OFFSET = 8;
    static final int IN6_SCOPE_OFFSET = 24;
    static final int IN6_LENGTH = 28;

    static final ValueLayout.OfLong LONG_BE = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    static final ValueLayout.OfInt INT_BE = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfShort SHORT_BE =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private SocketAddressLayout() {
    }

    /**
     * Writes an address for a socket of that family.
     *
     * @return bytes written, or -1 if an IPv4 socket can't reach that address
     */
    static int write(MemorySegment to, short family, long high, long low, int port, int scope) {
        to.set(ValueLayout.JAVA_SHORT, FAMILY_OFFSET, family);
        to.set(SHORT_BE, PORT_OFFSET, (short) port);
        if (family == AF_INET6) {
            to.set(ValueLayout.JAVA_INT, IN6_FLOWINFO_OFFSET, 0);
            to.set(LONG_BE, IN6_ADDRESS_OFFSET, high);
            to.set(LONG_BE, IN6_ADDRESS_OFFSET + 8, low);
            to.set(ValueLayout.JAVA_INT, IN6_SCOPE_OFFSET, scope);
            return IN6_LENGTH;
        }
        if (!UdpEndpoint.isMapped(high, low)) {
            return -1;
        }
        to.set(INT_BE, IN_ADDRESS_OFFSET, (int) low);
        to.set(ValueLayout.JAVA_LONG_UNALIGNED, IN_ADDRESS_OFFSET + 4, 0L);
        return IN_LENGTH;
    }

    static long high(MemorySegment from) {
        return family(from) == AF_INET6 ? from.get(LONG_BE, IN6_ADDRESS_OFFSET) : 0;
    }

    static long low(MemorySegment from) {
        return family(from) == AF_INET6 ? from.get(LONG_BE, IN6_ADDRESS_OFFSET + 8)
                : UdpEndpoint.MAPPED_PREFIX | from.get(INT_BE, IN_ADDRESS_OFFSET) & 0xFFFFFFFFL;
    }

    static int port(MemorySegment from) {
        return from.get(SHORT_BE, PORT_OFFSET) & 0xFFFF;
    }

    static int scope(MemorySegment from) {
        return family(from) == AF_INET6 ? from.get(ValueLayout.JAVA_INT, IN6_SCOPE_OFFSET) : 0;
    }

    static short family(MemorySegment from) {
        return from.get(ValueLayout.JAVA_SHORT, FAMILY_OFFSET);
    }
}
