package lumen.posix;

/** Structures and constants of the socket calls on 64-bit Linux; checked against the C headers by a test. */
final class UdpMessageLayout {
    static final int IOVEC_BASE = 0;
    static final int IOVEC_LENGTH = 8;
    static final int IOVEC_SIZE = 16;

    static final int MSG_NAME = 0;
    static final int MSG_NAMELEN = 8;
    static final int MSG_IOV = 16;
    static final int MSG_IOVLEN = 24;
    static final int MSG_CONTROL = 32;
    static final int MSG_CONTROLLEN = 40;
    static final int MSG_FLAGS = 48;
    static final int MSGHDR_SIZE = 56;
    /** {@code msg_len} of {@code struct mmsghdr}. */
    static final int MMSG_LENGTH = 56;
    static final int MMSGHDR_SIZE = 64;

    static final int CMSG_LENGTH = 0;
    static final int CMSG_LEVEL = 8;
    static final int CMSG_TYPE = 12;
    static final int CMSG_DATA = 16;

    static final int IN_PKTINFO_SIZE = 12;
    static final int IN_PKTINFO_SPEC_DST = 4;
    static final int IN_PKTINFO_ADDR = 8;
    static final int IN6_PKTINFO_SIZE = 20;
    static final int IN6_PKTINFO_IFINDEX = 16;

    static final int POLLFD_SIZE = 8;
    static final int POLLFD_EVENTS = 4;
    static final int POLLFD_REVENTS = 6;
    static final short POLLIN = 1;
    static final short POLLOUT = 4;

    static final int SOCK_DGRAM = 2;
    static final int SOCK_CLOEXEC = 0x80000;
    static final int SOL_SOCKET = 1;
    static final int SO_SNDBUF = 7;
    static final int SO_RCVBUF = 8;
    static final int SO_PRIORITY = 12;
    static final int SOL_IP = 0;
    static final int IP_TOS = 1;
    static final int IP_PKTINFO = 8;
    static final int SOL_IPV6 = 41;
    static final int IPV6_V6ONLY = 26;
    static final int IPV6_RECVPKTINFO = 49;
    static final int IPV6_PKTINFO = 50;
    static final int IPV6_TCLASS = 67;
    static final int SOL_UDP = 17;
    static final int UDP_SEGMENT = 103;
    static final int MSG_DONTWAIT = 0x40;
    static final int MSG_TRUNC = 0x20;
    static final int EFD_CLOEXEC = 0x80000;
    static final int EFD_NONBLOCK = 0x800;

    static final int EPERM = 1;
    static final int EINTR = 4;
    static final int EIO = 5;
    static final int EAGAIN = 11;
    static final int EACCES = 13;
    static final int EINVAL = 22;
    static final int EMSGSIZE = 90;
    static final int EPROTONOSUPPORT = 93;
    static final int EOPNOTSUPP = 95;
    static final int EAFNOSUPPORT = 97;
    static final int EADDRNOTAVAIL = 99;
    static final int ENETDOWN = 100;
    static final int ENETUNREACH = 101;
    static final int ENOBUFS = 105;
    static final int ECONNREFUSED = 111;
    static final int EHOSTUNREACH = 113;

    private UdpMessageLayout() {
    }

    /** {@code CMSG_SPACE}: header and data, rounded up to 8 bytes. */
    static int cmsgSpace(int dataLength) {
        return CMSG_DATA + (dataLength + 7 & ~7);
    }
}
