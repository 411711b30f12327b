package lumen.host.discovery;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.jmdns.JmDNS;
import javax.jmdns.ServiceInfo;

/**
 * The mDNS service {@code _nvstream._tcp} on every IPv4 address of the machine, under a host name of its
 * own: an avahi beside it keeps the machine's. Follows address changes; says goodbye at the end. Never
 * holds up or fails the start: its work is done on its own thread.
 */
public final class Announcement implements AutoCloseable {
    private static final Logger LOG = System.getLogger(Announcement.class.getName());
    private static final String TYPE = "_nvstream._tcp.local.";
    private static final int MAX_LABEL = 63;
    private static final long ADDRESS_CHECK_SECONDS = 15;
    private static final long GOODBYE_SECONDS = 3;

    private final String instance;
    private final int httpPort;
    private final boolean loopbackToo;
    private final Map<InetAddress, JmDNS> responders = new ConcurrentHashMap<>();
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("lumen-mdns").factory());

    /**
     * Starts announcing.
     *
     * @param name     the host's name for people
     * @param httpPort what the SRV record says
     * @param bound    the address that the servers listen on; a wildcard stands for all
     */
    public Announcement(String name, int httpPort, InetAddress bound) {
        this.instance = instanceName(name);
        this.httpPort = httpPort;
        this.loopbackToo = bound.isLoopbackAddress();
        thread.scheduleWithFixedDelay(() -> refresh(bound), 0, ADDRESS_CHECK_SECONDS, TimeUnit.SECONDS);
    }

    /** At most 63 letters, digits and hyphens; blanks become hyphens; the rest is cut. */
    static String instanceName(String name) {
        StringBuilder label = new StringBuilder();
        for (char c : name.replace(' ', '-').toCharArray()) {
            boolean allowed = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-';
            if (!allowed || label.length() == MAX_LABEL) {
                break;
            }
            label.append(c);
        }
        return label.isEmpty() ? "lumen" : label.toString();
    }

    private void refresh(InetAddress bound) {
        try {
            Set<InetAddress> wanted = new HashSet<>(bound.isAnyLocalAddress() ? localAddresses() : List.of(bound));
            for (InetAddress gone : new ArrayList<>(responders.keySet())) {
                if (!wanted.contains(gone)) {
                    stop(responders.remove(gone));
                }
            }
            for (InetAddress address : wanted) {
                if (!responders.containsKey(address)) {
                    announce(address);
                }
            }
        } catch (IOException | RuntimeException e) {
            LOG.log(Level.WARNING, "mDNS: {0}; clients need the address typed in", e.toString());
        }
    }

    private void announce(InetAddress address) throws IOException {
        JmDNS responder = JmDNS.create(address, "lumen-" + instance.toLowerCase(java.util.Locale.ROOT));
        responders.put(address, responder);
        // One empty text record: DNS-SD demands one, and no client reads it.
        responder.registerService(ServiceInfo.create(TYPE, instance, httpPort, ""));
        LOG.log(Level.DEBUG, "mDNS: {0} announced on {1}", instance, address.getHostAddress());
    }

    private List<InetAddress> localAddresses() throws SocketException {
        List<InetAddress> addresses = new ArrayList<>();
        for (NetworkInterface network : Collections.list(NetworkInterface.getNetworkInterfaces())) {
            if (network.isUp() && network.supportsMulticast() && (loopbackToo || !network.isLoopback()) && !network.isPointToPoint()) {
                for (InetAddress address : Collections.list(network.getInetAddresses())) {
                    if (address instanceof Inet4Address) {
                        addresses.add(address);
                    }
                }
            }
        }
        return addresses;
    }

    private static void stop(JmDNS responder) {
        try {
            responder.close();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "mDNS: {0}", e.toString());
        }
    }

    /** Says goodbye; waits a little, not for ever. */
    @Override
    public void close() {
        thread.execute(() -> {
            responders.values().forEach(Announcement::stop);
            responders.clear();
        });
        thread.shutdown();
        try {
            if (!thread.awaitTermination(GOODBYE_SECONDS, TimeUnit.SECONDS)) {
                thread.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
