package lumen.dbus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Against the real dbus-daemon. */
@Timeout(30)
class DBusConnectionTest {
    private static final String BUS = "org.freedesktop.DBus";
    private static final String PATH = "/org/freedesktop/DBus";

    @Test
    void shouldCallAndBeRefusedByName() throws Exception {
        try (PrivateBus bus = PrivateBus.start(); DBusConnection connection = bus.connect()) {
            assertTrue(connection.uniqueName().startsWith(":1."));
            List<?> names = connection.call(BUS, PATH, BUS, "ListNames", "").get(0, List.class);
            assertTrue(names.contains(connection.uniqueName()));
            DBusException refused = assertThrows(DBusException.class, () -> connection.call(BUS, PATH, BUS, "NoSuchThing", ""));
            assertEquals(DBusException.UNKNOWN_METHOD, refused.name());
            refused = assertThrows(DBusException.class, () -> connection.call("no.such.Service", "/", "a.b", "M", ""));
            assertEquals(DBusException.SERVICE_UNKNOWN, refused.name());
            assertFalse(connection.hasOwner("no.such.Service"));
            assertFalse(connection.canReach("no.such.Service"));
            assertTrue(connection.canReach(BUS));
            assertThrows(DBusException.class, () -> connection.call(BUS, PATH, BUS, "ListNames", "").get(0, String.class));
        }
    }

    @Test
    void shouldReadProperties() throws Exception {
        try (PrivateBus bus = PrivateBus.start(); DBusConnection connection = bus.connect()) {
            assertInstanceOf(List.class, connection.property(BUS, PATH, BUS, "Features"));
            assertThrows(DBusException.class, () -> connection.property(BUS, PATH, BUS, "Features", String.class));
            assertTrue(connection.properties(BUS, PATH, BUS).containsKey("Interfaces"));
            assertThrows(DBusException.class, () -> connection.setProperty(BUS, PATH, BUS, "Features", Variant.of("")));
        }
    }

    @Test
    void shouldHearOfNamesThatComeAndGo() throws Exception {
        try (PrivateBus bus = PrivateBus.start(); DBusConnection connection = bus.connect()) {
            CountDownLatch lost = new CountDownLatch(1);
            connection.onNameLost("test.Name", lost::countDown);
            try (DBusConnection other = bus.connect()) {
                assertEquals(1, other.call(BUS, PATH, BUS, "RequestName", "su", "test.Name", 0).get(0, Integer.class));
                assertTrue(connection.hasOwner("test.Name"));
                assertEquals(1, lost.getCount());
            }
            assertTrue(lost.await(5, TimeUnit.SECONDS));
        }
    }

    /** A signal of nobody's business: {@code emit} sends it addressed to one connection, past its match rules. */
    private static void emit(DBusConnection from, String to, String member) {
        from.emit(to, "/x", "a.B", member, "s", "words");
    }

    @Test
    void shouldHearOnlyOfWhomItAskedFor() throws Exception {
        try (PrivateBus bus = PrivateBus.start(); DBusConnection listener = bus.connect(); DBusConnection service = bus.connect();
             DBusConnection stranger = bus.connect()) {
            BlockingQueue<String> heard = new ArrayBlockingQueue<>(10);
            Subscription byName = listener.subscribe("test.Service", "/x", "a.B", "S", m -> heard.add(m.first(String.class).orElseThrow()));
            listener.subscribe("", "/x", "a.B", "Last", m -> heard.add("last"));
            // The name's owner comes later than who listens for it.
            service.call(BUS, PATH, BUS, "RequestName", "su", "test.Service", 0);
            emit(service, "", "S");
            assertEquals("words", heard.poll(5, TimeUnit.SECONDS));
            emit(stranger, "", "S");
            emit(stranger, listener.uniqueName(), "S");
            emit(stranger, "", "Last");
            assertEquals("last", heard.poll(5, TimeUnit.SECONDS));
            byName.close();
            byName.close();
            emit(service, listener.uniqueName(), "S");
            emit(service, "", "Last");
            assertEquals("last", heard.poll(5, TimeUnit.SECONDS));
            assertEquals(0, heard.size());
        }
    }

    @Test
    void shouldSurviveAListenerThatFails() throws Exception {
        try (PrivateBus bus = PrivateBus.start(); DBusConnection connection = bus.connect()) {
            CountDownLatch heard = new CountDownLatch(1);
            connection.subscribe("", "/x", "", "", m -> {
                throw new IllegalStateException("a test's own failure");
            });
            connection.subscribe("", "/x", "", "", m -> heard.countDown());
            emit(connection, "", "S");
            assertTrue(heard.await(5, TimeUnit.SECONDS));
            assertTrue(connection.hasOwner(BUS));
        }
    }

    @Test
    void shouldAnswerCallsWithAnError() throws Exception {
        try (PrivateBus bus = PrivateBus.start(); DBusConnection connection = bus.connect(); DBusConnection other = bus.connect()) {
            DBusException refused = assertThrows(DBusException.class, () -> other.call(connection.uniqueName(), "/", "a.b", "M", "s", "x"));
            assertEquals(DBusException.UNKNOWN_METHOD, refused.name());
        }
    }

    @Test
    void shouldTellWhenTheBusGoes() throws Exception {
        try (PrivateBus bus = PrivateBus.start()) {
            DBusConnection connection = bus.connect();
            CompletableFuture<String> lost = new CompletableFuture<>();
            connection.onLost(lost::complete);
            bus.process.destroyForcibly().waitFor();
            assertTrue(lost.get(5, TimeUnit.SECONDS).contains("closed the connection"));
            assertThrows(DBusException.class, () -> connection.hasOwner(BUS));
            CompletableFuture<String> after = new CompletableFuture<>();
            connection.onLost(after::complete);
            assertTrue(after.isDone());
            connection.close();
            connection.close();
        }
    }

    @Test
    void shouldLeaveNothingBehind() throws Exception {
        try (PrivateBus bus = PrivateBus.start()) {
            bus.connect().close();
            long before = descriptors();
            for (int i = 0; i < 50; i++) {
                try (DBusConnection connection = bus.connect()) {
                    connection.subscribe("", "/x", "", "", m -> { });
                    assertTrue(connection.hasOwner(BUS));
                }
            }
            assertEquals(before, descriptors());
            assertFalse(Thread.getAllStackTraces().keySet().stream().anyMatch(t -> t.getName().equals("lumen-dbus")));
        }
    }

    @Test
    void shouldServeManyThreads() throws Exception {
        try (PrivateBus bus = PrivateBus.start(); DBusConnection connection = bus.connect()) {
            List<CompletableFuture<Void>> all = new ArrayList<>();
            String text = "x".repeat(100_000);
            for (int i = 0; i < 4; i++) {
                int from = i;
                all.add(CompletableFuture.runAsync(() -> {
                    for (int n = 0; n < 100; n++) {
                        // An answer that carries the question back.
                        String name = "a" + from + "." + "b" + n;
                        assertEquals("Could not get owner of name '" + name + "': no such name (" + DBusException.NAME_HAS_NO_OWNER + ")",
                                assertThrows(DBusException.class, () -> connection.call(BUS, PATH, BUS, "GetNameOwner", "s", name)).getMessage());
                        if (n % 25 == 0) {
                            assertThrows(DBusException.class, () -> connection.call(BUS, PATH, BUS, "GetNameOwner", "s", text));
                        }
                    }
                }));
            }
            for (CompletableFuture<Void> one : all) {
                one.get(20, TimeUnit.SECONDS);
            }
        }
    }

    @Test
    void shouldGiveUpOnWhoeverDoesNotAnswer() throws Exception {
        try (PrivateBus bus = PrivateBus.start(); DBusConnection connection = bus.connect(); DBusConnection silent = bus.connect()) {
            CountDownLatch held = new CountDownLatch(1);
            CountDownLatch in = new CountDownLatch(1);
            silent.subscribe("", "/x", "", "", m -> {
                in.countDown();
                try {
                    held.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            emit(connection, "", "S");
            in.await();
            DBusException late = assertThrows(DBusException.class,
                    () -> connection.call(Duration.ofMillis(50), silent.uniqueName(), "/", "a.b", "M", ""));
            assertEquals(DBusException.NO_REPLY, late.name());
            held.countDown();
            // The late answer is nobody's and is dropped.
            assertTrue(connection.hasOwner(silent.uniqueName()));
        }
    }

    @Test
    void shouldRefuseToCallOnItsOwnThread() throws Exception {
        try (PrivateBus bus = PrivateBus.start(); DBusConnection connection = bus.connect()) {
            CompletableFuture<Throwable> thrown = new CompletableFuture<>();
            connection.subscribe("", "/x", "", "", m -> thrown.complete(assertThrows(IllegalStateException.class, () -> connection.hasOwner("a.b"))));
            emit(connection, "", "S");
            assertTrue(thrown.get(5, TimeUnit.SECONDS).getMessage().contains("own thread"));
        }
    }

    @Test
    void shouldReachAnAbstractSocket() throws Exception {
        String name = "/lumen-test-" + ProcessHandle.current().pid();
        try (PrivateBus bus = PrivateBus.start("--address=unix:abstract=" + name); DBusConnection connection = bus.connect()) {
            assertTrue(bus.environment.get("DBUS_SESSION_BUS_ADDRESS").contains("abstract"));
            assertTrue(connection.hasOwner(BUS));
        }
    }

    @Test
    void shouldTryEachAddressAndTellWhichFailed() {
        DBusException none = assertThrows(DBusException.class, () -> DBusConnection.session(
                Map.of("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/a;unix:path=/nonexistent/b")));
        assertTrue(none.getMessage().contains("/nonexistent/a"), none.getMessage());
        assertTrue(none.getSuppressed()[0].getMessage().contains("/nonexistent/b"));
    }

    private static long descriptors() throws IOException {
        try (Stream<Path> fds = Files.list(Path.of("/proc/self/fd"))) {
            return fds.count();
        }
    }
}
