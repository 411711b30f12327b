package lumen.host.pairing;

import java.net.InetAddress;

/**
 * An attempt that waits for its PIN, as a person should see it before typing.
 *
 * @param id binds a PIN to this attempt and no other
 * @param deviceName what the client calls itself; "roth" from most clients; no control characters
 * @param fingerprint SHA-256 of the client's certificate in lower-case hex
 */
public record PendingPairing(long id, String deviceName, InetAddress address, String fingerprint) {
}
