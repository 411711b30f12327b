package lumen.core.enet;

import java.net.SocketAddress;

/** Takes datagrams to be sent. */
@FunctionalInterface
public interface DatagramSink {
    /** One datagram, {@code data[at..at+length)}; valid during the call only. */
    void send(byte[] data, int at, int length, SocketAddress to);
}
