package lumen.core.enet;

import java.net.SocketAddress;

/** What happened to a connection, in the order it happened. */
public sealed interface EnetEvent {

    /** The connection it happened to. */
    EnetPeer peer();

    /**
     * The handshake is complete.
     *
     * @param data the connect data of the side that connected
     */
    record Connected(EnetPeer peer, int data) implements EnetEvent {
    }

    /**
     * A message arrived.
     *
     * @param data the whole message; the receiver's to keep
     * @param from where its last datagram came from; differs from the peer's address after the peer has
     *             moved, see {@link EnetPeer#adopt}
     */
    record Received(EnetPeer peer, int channel, byte[] data, SocketAddress from) implements EnetEvent {
        /** The message is shown by its length. */
        @Override
        public String toString() {
            return "Received[channel=" + channel + ", " + data.length + " bytes]";
        }
    }

    /**
     * The connection is over; the peer object is dead.
     *
     * @param data what the other side gave as its reason, or 0
     */
    record Disconnected(EnetPeer peer, Cause cause, int data) implements EnetEvent {
    }

    /** Why a connection ended. */
    enum Cause {
        /** The other side disconnected. */
        REMOTE,
        /** This side disconnected and the other has agreed or is gone. */
        LOCAL,
        /** Acknowledgements stayed away. */
        TIMEOUT,
        /** The answer to our CONNECT didn't match it. */
        MISMATCH
    }
}
