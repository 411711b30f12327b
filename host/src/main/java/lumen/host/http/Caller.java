package lumen.host.http;

import java.net.InetAddress;

/**
 * A paired client as a request showed it.
 *
 * @param fingerprint SHA-256 of its certificate in lower-case hex: the key of its sessions
 * @param name what the person at the host called it
 * @param address where the request came from, never IPv4-mapped
 */
public record Caller(String fingerprint, String name, InetAddress address) {
}
