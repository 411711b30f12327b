package lumen.host.pairing;

import java.net.InetAddress;

/**
 * A client that waits for its PIN.
 *
 * @param device      what it calls itself; many clients all say the same
 * @param address     where it is
 * @param fingerprint SHA-256 of its certificate, 64 hex digits
 */
public record PendingPairing(String device, InetAddress address, String fingerprint) {
    @Override
    public String toString() {
        return device + " at " + address.getHostAddress() + " (certificate " + fingerprint.substring(0, 8) + "…)";
    }
}
