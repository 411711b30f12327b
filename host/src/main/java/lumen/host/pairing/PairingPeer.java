package lumen.host.pairing;

import java.net.InetAddress;

/**
 * Who sends pairing requests over plain HTTP: the id most clients share, and the address that tells them apart.
 */
public record PairingPeer(String uniqueId, InetAddress address) {
}
