package lumen.host.config;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import lumen.host.net.PortPlan;
import lumen.host.net.PortPurpose;

/**
 * Section {@code network}: where each server listens.
 *
 * @param bind  the only address to listen on; empty: all
 * @param ports all ports
 * @param mdns  whether to announce the host
 * @param dscp  whether to mark media packets
 */
public record NetworkSettings(Optional<InetAddress> bind, PortPlan ports, boolean mdns, boolean dscp) {

    /** @throws ConfigException if the address to listen on has no such name, or a port is out of range */
    public static NetworkSettings of(Settings settings) {
        Map<PortPurpose, Integer> overrides = new EnumMap<>(PortPurpose.class);
        for (PortPurpose purpose : PortPurpose.values()) {
            int port = settings.whole(key(purpose));
            if (port != 0) {
                overrides.put(purpose, port);
            }
        }
        return new NetworkSettings(bind(settings), new PortPlan(settings.whole("network.base-port"), overrides),
                settings.flag("network.mdns"), settings.flag("network.dscp"));
    }

    /** The setting that moves one service's port. */
    public static String key(PortPurpose purpose) {
        return "network." + purpose.name().toLowerCase(Locale.ROOT) + "-port";
    }

    /** Where one service listens. */
    public InetSocketAddress address(PortPurpose purpose) {
        int port = ports.port(purpose);
        return bind.map(address -> new InetSocketAddress(address, port)).orElseGet(() -> new InetSocketAddress(port));
    }

    private static Optional<InetAddress> bind(Settings settings) {
        Optional<String> name = settings.nonEmpty("network.bind");
        if (name.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.getByName(name.get()));
        } catch (UnknownHostException e) {
            throw new ConfigException("setting network.bind = \"" + name.get() + "\" (" + settings.value("network.bind").source()
                    + "): allowed is an address of this machine");
        }
    }
}
