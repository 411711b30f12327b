package lumen.host.rtsp;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;
import lumen.host.net.PortPlan;

/**
 * What the RTSP server is told.
 *
 * @param bind local address; empty = all
 * @param requestDeadline from connecting to the end of the request
 */
public record RtspSettings(Optional<InetAddress> bind, PortPlan ports, MediaPorts media, Duration requestDeadline, int maxConnections,
    int maxPerAddress) {
    public static RtspSettings of(Optional<InetAddress> bind, PortPlan ports, MediaPorts media) {
        return new RtspSettings(bind, ports, media, Duration.ofSeconds(10), 512, 128);
    }
}
