package lumen.host.discovery;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.jmdns.JmDNS;
import javax.jmdns.ServiceInfo;

/**
 * Announces {@code _nvstream._tcp} on every LAN address, under a host name of its own so that it doesn't
 * quarrel with avahi about the machine's. All work happens on one background thread, which also follows
 * address changes; closing sends the goodbye.
 */
public final class Discovery implements AutoCloseable {
    static final String SERVICE_TYPE = "_nvstream._tcp.local.";

    private static final System.Logger LOG = System.getLogger(Discovery.class.getName());
    private static final long RECHECK_SECONDS = 30;
    private static final long CLOSE_SECONDS = 8;
    private static final int MAX_LABEL = 63;

    private final String instance;
    private final String hostLabel;
    private final int httpPort;
    private final Optional<InetAddress> only;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final Map<InetAddress, JmDNS> responders = new HashMap<>();
    private final Thread thread;

    /**
     * Starts announcing; returns at once and never fails.
     *
     * @param hostName what the user calls the host; becomes the instance name
     * @param uniqueId the host's id; makes the mDNS host name unique
     * @param only announce on this address alone; empty = on every LAN address
     */
    public Discovery(String hostName, String uniqueId, int httpPort, Optional<InetAddress> only) {
        instance = instanceName(hostName);
        hostLabel = "lumen-" + uniqueId.replace("-", "").substring(0, Math.min(12, uniqueId.replace("-", "").length()));
        this.httpPort = httpPort;
        this.only = only;
        thread = Thread.ofPlatform().name("lumen-discovery").daemon().start(this::run);
    }

    /** Letters, digits and hyphens of the name, at most 63; "lumen" if none are left. */
    static String instanceName(String hostName) {
        String hyphened = hostName.replace(' ', '-');
        int end = 0;
        while (end < hyphened.length() && end < MAX_LABEL
            && (hyphened.charAt(end) == '-' || hyphened.charAt(end) < 128 && Character.isLetterOrDigit(hyphened.charAt(end)))) {
            end++;
        }
        return end == 0 ? "lumen" : hyphened.substring(0, end);
    }

    private void run() {
        try {
            do {
                follow(only.map(Set::of).orElseGet(Discovery::lanAddresses));
            } while (!stop.await(RECHECK_SECONDS, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            LOG.log(System.Logger.Level.DEBUG, "discovery was interrupted");
        } finally {
            follow(Set.of());
        }
    }

    private void follow(Set<InetAddress> wanted) {
        for (InetAddress gone : Set.copyOf(responders.keySet())) {
            if (!wanted.contains(gone)) {
                withdraw(responders.remove(gone));
            }
        }
        for (InetAddress address : wanted) {
            if (!responders.containsKey(address)) {
                announce(address);
            }
        }
    }

    private void announce(InetAddress address) {
        try {
            JmDNS responder = JmDNS.create(address, hostLabel);
            responders.put(address, responder);
            responder.registerService(ServiceInfo.create(SERVICE_TYPE, instance, httpPort, 0, 0, new byte[] {0}));
            LOG.log(System.Logger.Level.DEBUG, "announced as {0} on {1}", instance, address.getHostAddress());
        } catch (IOException | RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "clients can't discover this host on {0}: {1}", address.getHostAddress(), e.getMessage());
        }
    }

    private static void withdraw(JmDNS responder) {
        try (responder) {
            responder.unregisterAllServices();
        } catch (IOException | RuntimeException e) {
            LOG.log(System.Logger.Level.DEBUG, "no goodbye was sent: {0}", e.getMessage());
        }
    }

    /** IPv4 only: clients flip between online and offline when a family is announced that doesn't answer. */
    private static Set<InetAddress> lanAddresses() {
        Set<InetAddress> addresses = new HashSet<>();
        try {
            for (NetworkInterface nic : NetworkInterface.networkInterfaces().toList()) {
                if (nic.isUp() && !nic.isLoopback() && !nic.isPointToPoint() && nic.supportsMulticast()) {
                    nic.inetAddresses().filter(Inet4Address.class::isInstance).forEach(addresses::add);
                }
            }
        } catch (SocketException e) {
            LOG.log(System.Logger.Level.WARNING, "network interfaces can't be listed: {0}", e.getMessage());
        }
        return addresses;
    }

    /** Sends the goodbye; waits a few seconds at most. */
    @Override
    public void close() {
        stop.countDown();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(CLOSE_SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
