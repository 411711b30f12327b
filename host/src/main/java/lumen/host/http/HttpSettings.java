package lumen.host.http;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;
import lumen.host.net.PortPlan;

/**
 * What the HTTP servers are told.
 *
 * @param hostName shown to users
 * @param bind local address; empty = all
 * @param rtspPort the port that RTSP really listens on
 * @param externalIp only if the user configured it
 * @param requestDeadline from connecting (or the first byte of a further request) to the end of the header
 * @param idleClose how long a kept connection may wait for its next request
 * @param maxConnections a listener
 * @param maxPerAddress a listener and peer address
 */
public record HttpSettings(String hostName, Optional<InetAddress> bind, PortPlan ports, int rtspPort, Optional<InetAddress> externalIp,
    Duration requestDeadline, Duration idleClose, int maxConnections, int maxPerAddress) {
    public static HttpSettings of(String hostName, Optional<InetAddress> bind, PortPlan ports, int rtspPort) {
        return new HttpSettings(hostName, bind, ports, rtspPort, Optional.empty(), Duration.ofSeconds(10), Duration.ofSeconds(15), 512, 128);
    }
}
