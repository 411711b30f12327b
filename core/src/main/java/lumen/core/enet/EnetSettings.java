package lumen.core.enet;

/**
 * Limits and timers of an {@link EnetHost}.
 *
 * @param maxPeers           connections at once, 1 to 4095
 * @param channelLimit       channels granted to a peer at most, 1 to 255
 * @param mtu                bytes of the largest datagram sent, 576 to 4096; Moonlight uses 900
 * @param windowSize         bytes of reliable data in flight at most, 4096 to 65536
 * @param timeoutLimit       retransmissions grow up to this factor
 * @param timeoutMinimum     milliseconds without an acknowledgement before a peer may be given up
 * @param timeoutMaximum     milliseconds without an acknowledgement before a peer is given up
 * @param maxMessageBytes    bytes of the largest message taken or sent
 * @param receiveBudgetBytes bytes a peer may make us hold for messages that are incomplete or ahead of their turn
 * @param sendBudgetBytes    bytes a peer may leave unacknowledged or unsent before {@link EnetPeer#send} refuses
 */
public record EnetSettings(int maxPeers, int channelLimit, int mtu, int windowSize, int timeoutLimit,
                           int timeoutMinimum, int timeoutMaximum, int maxMessageBytes,
                           int receiveBudgetBytes, int sendBudgetBytes) {

    private static final int MESSAGE = 64 * 1024;
    private static final int BUDGET = 256 * 1024;

    public EnetSettings {
        if (maxPeers < 1 || maxPeers >= EnetProtocol.UNKNOWN_PEER || channelLimit < 1 || channelLimit > 255
                || mtu < EnetProtocol.MIN_MTU || mtu > EnetProtocol.MAX_MTU
                || windowSize < EnetProtocol.MIN_WINDOW || windowSize > EnetProtocol.MAX_WINDOW) {
            throw new IllegalArgumentException("peers " + maxPeers + ", channels " + channelLimit + ", mtu " + mtu
                    + ", window " + windowSize);
        }
    }

    /** A streaming host: the defaults of the library, 64 KiB messages, 256 KiB a peer each way. */
    public static EnetSettings host(int maxPeers) {
        return new EnetSettings(maxPeers, 255, 900, EnetProtocol.MAX_WINDOW, 32, 5_000, 30_000, MESSAGE, BUDGET, BUDGET);
    }

    /** A streaming client with its one connection. */
    public static EnetSettings client() {
        return host(1);
    }
}
