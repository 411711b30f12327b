package lumen.host.http;

import java.net.InetAddress;

/**
 * Between which addresses a request travelled; IPv4 unmapped.
 *
 * @param client the client's address
 * @param host   the address of this machine that the client used
 */
public record RequestOrigin(InetAddress client, InetAddress host) {
}
