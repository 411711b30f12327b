package lumen.pipewire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Against the session's PipeWire and WirePlumber. */
@Tag("rig")
class PipewireConnectionTest {
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private static void eventually(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, what);
            LockSupport.parkNanos(1_000_000);
        }
    }

    private static Optional<PipewireConnection.Global> named(PipewireConnection connection, String name) {
        return connection.globals().stream().filter(g -> g.type().equals(PipewireConnection.NODE)
                && name.equals(g.properties().get("node.name"))).findFirst();
    }

    @Test
    void theLibraryAndTheDaemonAnswer() {
        assertEquals(Optional.empty(), LibPipewire.problem());
        assertTrue(LibPipewire.version().matches("\\d+\\.\\d+\\.\\d+.*"), LibPipewire.version());
        try (PipewireConnection connection = PipewireConnection.open("lumen-test", LIMIT)) {
            assertTrue(connection.globals().stream().anyMatch(g -> g.type().equals("PipeWire:Interface:Core")));
            long before = System.nanoTime();
            for (int i = 0; i < 100; i++) {
                connection.roundTrip(LIMIT);
            }
            System.out.printf("round trip %.3f ms%n", (System.nanoTime() - before) / 100e6);
            assertEquals(Optional.empty(), connection.failure());
        }
    }

    private static final class Heard implements PipewireConnection.RegistryListener {
        private final List<String> names = new CopyOnWriteArrayList<>();

        @Override
        public void added(PipewireConnection.Global global) {
            names.add("+" + global.properties().get("node.name"));
        }

        @Override
        public void removed(PipewireConnection.Global global) {
            names.add("-" + global.properties().get("node.name"));
        }
    }

    @Test
    void objectsAreMadeSeenByOthersAndGoWhenClosed() throws Exception {
        Map<String, String> sink = Map.of("factory.name", "support.null-audio-sink", "node.name", "lumen-test-sink",
                "media.class", "Audio/Sink", "audio.position", "[ FL FR ]");
        try (PipewireConnection maker = PipewireConnection.open("lumen-test-a", LIMIT);
                PipewireConnection other = PipewireConnection.open("lumen-test-b", LIMIT)) {
            Heard heard = new Heard();
            other.listen(heard);
            AutoCloseable object = maker.createObject("adapter", PipewireConnection.NODE, 3, sink);
            eventually("the node is seen", () -> named(other, "lumen-test-sink").isPresent());
            PipewireConnection.Global node = named(other, "lumen-test-sink").orElseThrow();
            assertTrue(node.serial() >= 0);
            assertEquals("Audio/Sink", node.properties().get("media.class"));
            object.close();
            object.close();
            eventually("the node goes", () -> named(other, "lumen-test-sink").isEmpty());
            assertEquals(List.of("+lumen-test-sink", "-lumen-test-sink"), heard.names.stream().filter(n -> n.endsWith("-sink")).toList());

            try (AutoCloseable second = maker.createObject("adapter", PipewireConnection.NODE, 3, sink)) {
                eventually("a second node", () -> named(other, "lumen-test-sink").isPresent());
                other.destroyObject(named(other, "lumen-test-sink").orElseThrow().id());
                eventually("destroyed by another", () -> named(maker, "lumen-test-sink").isEmpty());
            }
        }
    }

    @Test
    void whatAClientMadeGoesWithIt() {
        try (PipewireConnection other = PipewireConnection.open("lumen-test-b", LIMIT)) {
            try (PipewireConnection maker = PipewireConnection.open("lumen-test-a", LIMIT)) {
                maker.createObject("adapter", PipewireConnection.NODE, 3, Map.of("factory.name", "support.null-audio-sink",
                        "node.name", "lumen-test-orphan", "media.class", "Audio/Sink"));
                eventually("the node is seen", () -> named(other, "lumen-test-orphan").isPresent());
            }
            eventually("the node goes", () -> named(other, "lumen-test-orphan").isEmpty());
        }
    }

    @Test
    void manyConnectionsLeaveNothingBehind() throws Exception {
        cycle(5);
        long before = count("/proc/self/fd");
        long threads = count("/proc/self/task");
        cycle(50);
        assertEquals(before, count("/proc/self/fd"));
        eventually("threads end", () -> count("/proc/self/task") <= threads + 1);
    }

    private static void cycle(int times) {
        for (int i = 0; i < times; i++) {
            PipewireConnection.open("lumen-test", LIMIT).close();
        }
    }

    private static long count(String folder) {
        return new java.io.File(folder).list().length;
    }
}
