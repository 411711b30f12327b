package lumen.core.sdp;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** How much the media streams are encrypted for a peer. The control stream always is. */
public enum EncryptionPolicy {
    /** Video stays plain; audio if the client insists. */
    NEVER,
    /** Video and audio if the client wants it. */
    OPPORTUNISTIC,
    /** Clients that can't are refused. */
    MANDATORY;

    /** Bits of encryptionSupported, encryptionRequested and encryptionEnabled. */
    public static final int CONTROL_V2 = 1;
    public static final int VIDEO = 2;
    public static final int AUDIO = 4;

    public int supported() {
        return this == NEVER ? CONTROL_V2 | AUDIO : CONTROL_V2 | VIDEO | AUDIO;
    }

    public int requested() {
        return this == MANDATORY ? CONTROL_V2 | VIDEO | AUDIO : CONTROL_V2;
    }

    /**
     * Whether the peer is near: loopback, private, carrier-grade NAT, link-local and unique-local ranges,
     * IPv4 also in its IPv6-mapped form.
     */
    public static boolean isLan(InetAddress peer) {
        InetAddress address = unmap(peer);
        byte[] b = address.getAddress();
        if (address.isLoopbackAddress() || address.isLinkLocalAddress()) {
            return true;
        }
        if (b.length == 4) {
            int first = b[0] & 0xff;
            int second = b[1] & 0xff;
            return first == 10 || first == 172 && (second & 0xf0) == 16 || first == 192 && second == 168
                || first == 100 && (second & 0xc0) == 64;
        }
        return (b[0] & 0xfe) == 0xfc;
    }

    /** The IPv4 address inside {@code ::ffff:a.b.c.d}, else the address itself. */
    public static InetAddress unmap(InetAddress address) {
        try {
            return address.getAddress().length == 4 ? address : mapped(address);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("4 or 16 bytes are always an address", e);
        }
    }

    private static InetAddress mapped(InetAddress address) throws UnknownHostException {
        byte[] b = address.getAddress();
        for (int i = 0; i < 12; i++) {
            if (b[i] != (i < 10 ? 0 : (byte) 0xff)) {
                return address;
            }
        }
        return InetAddress.getByAddress(new byte[] {b[12], b[13], b[14], b[15]});
    }
}
