package lumen.host.discovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import javax.jmdns.JmDNS;
import javax.jmdns.ServiceEvent;
import javax.jmdns.ServiceInfo;
import javax.jmdns.ServiceListener;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class DiscoveryTest {
    private static final String ID = "12345678-9abc-def0-1234-56789abcdef0";

    @Test
    @DisplayName("A1.2 A1.3 a browser on loopback sees instance, port and address, and the goodbye")
    void announcesAndLeaves() throws Exception {
        InetAddress loopback = InetAddress.getByName("127.0.0.1");
        CountDownLatch gone = new CountDownLatch(1);
        CountDownLatch resolved = new CountDownLatch(1);
        AtomicReference<ServiceInfo> found = new AtomicReference<>();
        try (JmDNS browser = JmDNS.create(loopback, "browser")) {
            browser.addServiceListener(Discovery.SERVICE_TYPE, new ServiceListener() {
                @Override
                public void serviceAdded(ServiceEvent event) {
                    browser.requestServiceInfo(event.getType(), event.getName());
                }

                @Override
                public void serviceRemoved(ServiceEvent event) {
                    gone.countDown();
                }

                @Override
                public void serviceResolved(ServiceEvent event) {
                    found.set(event.getInfo());
                    resolved.countDown();
                }
            });
            try (Discovery announced = new Discovery("My PC (1)", ID, 50123, Optional.of(loopback))) {
                assertTrue(resolved.await(20, TimeUnit.SECONDS), "not found");
            }
            assertEquals("My-PC-", found.get().getName());
            assertEquals(50123, found.get().getPort());
            assertEquals(loopback, found.get().getInet4Addresses()[0]);
            assertTrue(found.get().getServer().startsWith("lumen-123456789abc"), found.get().getServer());
            assertTrue(gone.await(20, TimeUnit.SECONDS), "no goodbye");
        }
    }

    @Test
    @DisplayName("an address that isn't ours costs nothing but a warning, and the start doesn't wait")
    void neverFails() throws Exception {
        long from = System.nanoTime();
        try (Discovery announced = new Discovery("x", ID, 1, Optional.of(InetAddress.getByName("192.0.2.1")))) {
            assertTrue(System.nanoTime() - from < Duration.ofSeconds(1).toNanos());
        }
    }

    @Test
    void shouldMakeAnInstanceNameOfAnyHostName() {
        assertEquals("My-PC", Discovery.instanceName("My PC"));
        assertEquals("lumen", Discovery.instanceName("ü"));
        assertEquals("lumen", Discovery.instanceName(""));
        assertEquals(63, Discovery.instanceName("a".repeat(100)).length());
    }
}
