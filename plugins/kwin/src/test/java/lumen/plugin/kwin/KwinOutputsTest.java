package lumen.plugin.kwin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import lumen.posix.UnixSocket;
import lumen.spi.DisplayMode;
import lumen.wayland.KdeProtocol;
import lumen.wayland.Registry;
import lumen.wayland.WaylandConnection;
import lumen.wayland.WaylandException;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** What KWin of either age says of its outputs, and what it never would. */
class KwinOutputsTest {
    private static final int OLD_DEVICE = 7;
    private static final int LIST = 8;
    private static final int ORDER = 9;

    /** A connection, its two ends, and the outputs on it. */
    private static final class Talk implements AutoCloseable {
        final FakeKwin kwin;
        final WaylandConnection connection;
        final KwinOutputs outputs;

        Talk(boolean old) {
            UnixSocket[] pair = UnixSocket.pair();
            connection = new WaylandConnection(pair[0]);
            kwin = new FakeKwin(pair[1]);
            kwin.global(ORDER, KdeProtocol.OUTPUT_ORDER.name(), 1);
            if (old) {
                kwin.global(OLD_DEVICE, KdeProtocol.OUTPUT_DEVICE.name(), 18);
            } else {
                kwin.global(LIST, KdeProtocol.OUTPUT_REGISTRY.name(), 23);
            }
            kwin.globalsAreComplete();
            outputs = new KwinOutputs(connection, Registry.of(connection, Duration.ofSeconds(1)));
            turn();
        }

        void turn() {
            connection.flush();
            kwin.read();
            while (connection.dispatch(0)) {
                connection.flush();
                kwin.read();
            }
        }

        void describe(int device, int mode, String name) {
            kwin.begin().u32(1280).u32(-5).u32(0).u32(0).u32(0).string("").string("model").u32(1).send(device, KdeProtocol.DEVICE_GEOMETRY);
            kwin.begin().u32(mode).send(device, KdeProtocol.DEVICE_MODE);
            kwin.begin().u32(1600).u32(900).send(mode, KdeProtocol.MODE_SIZE);
            kwin.begin().u32(59_940).send(mode, KdeProtocol.MODE_REFRESH);
            kwin.begin().u32(mode).send(device, KdeProtocol.DEVICE_CURRENT_MODE);
            kwin.begin().u32(320).send(device, KdeProtocol.DEVICE_SCALE);
            kwin.begin().u32(1).send(device, KdeProtocol.DEVICE_ENABLED);
            kwin.begin().u32(KdeProtocol.CAPABILITY_CUSTOM_MODES).send(device, KdeProtocol.DEVICE_CAPABILITIES);
            kwin.begin().string(name).send(device, KdeProtocol.DEVICE_NAME);
            kwin.begin().send(device, KdeProtocol.DEVICE_DONE);
            kwin.begin().string(name).send(kwin.bound.get(ORDER), KdeProtocol.OUTPUT_ORDER_OUTPUT);
            kwin.begin().send(kwin.bound.get(ORDER), 1);
            turn();
        }

        @Override
        public void close() {
            connection.close();
            kwin.close();
        }
    }

    private static void check(KwinOutput output) {
        assertTrue(output.described());
        assertTrue(output.enabled());
        assertTrue(output.takesCustomModes());
        assertEquals(Optional.of(new DisplayMode(1600, 900, 59_940)), output.mode());
        // Turned by 90 degrees and scaled by 1.25.
        assertEquals(Optional.of(new KwinOutput.Area(1280, -5, 720, 1280, 1.25)), output.area());
        assertEquals(Optional.empty(), output.nearest(DisplayMode.of(1600, 901, 60)));
        assertTrue(output.nearest(DisplayMode.of(1600, 900, 144)).isPresent());
    }

    @Test
    void outputsOfNewKwinAreListed() {
        try (Talk talk = new Talk(false)) {
            int device = FakeKwin.SERVER_IDS;
            talk.kwin.begin().u32(device).send(talk.kwin.bound.get(LIST), KdeProtocol.OUTPUT_REGISTRY_OUTPUT);
            talk.describe(device, FakeKwin.SERVER_IDS + 1, "DP-1");
            check(talk.outputs.named("DP-1").orElseThrow());
            assertEquals(List.of("DP-1"), talk.outputs.order());
            KwinOutput output = talk.outputs.named("DP-1").orElseThrow();
            talk.kwin.begin().send(FakeKwin.SERVER_IDS + 1, KdeProtocol.MODE_REMOVED);
            talk.turn();
            assertEquals(Optional.empty(), output.area());
            talk.kwin.begin().send(device, KdeProtocol.DEVICE_REMOVED);
            talk.turn();
            assertTrue(output.removed());
            assertEquals(List.of(), talk.outputs.all());
        }
    }

    @Test
    void outputsOfOldKwinAreGlobals() {
        try (Talk talk = new Talk(true)) {
            talk.describe(talk.kwin.bound.get(OLD_DEVICE), FakeKwin.SERVER_IDS, "eDP-1");
            check(talk.outputs.named("eDP-1").orElseThrow());
            talk.kwin.global(OLD_DEVICE + 10, KdeProtocol.OUTPUT_DEVICE.name(), 18);
            talk.turn();
            talk.describe(talk.kwin.bound.get(OLD_DEVICE + 10), FakeKwin.SERVER_IDS + 1, "Virtual-lumen-1");
            assertEquals(2, talk.outputs.all().size());
            talk.kwin.globalRemoved(OLD_DEVICE + 10);
            talk.turn();
            assertFalse(talk.outputs.named("Virtual-lumen-1").isPresent());
            assertEquals(1, talk.outputs.all().size());
        }
    }

    @Test
    void aKwinThatNeverStopsListingIsLeft() {
        try (Talk talk = new Talk(false)) {
            int list = talk.kwin.bound.get(LIST);
            assertThrows(WaylandException.class, () -> {
                for (int i = 0; i < 1000; i++) {
                    talk.kwin.begin().u32(FakeKwin.SERVER_IDS + i).send(list, KdeProtocol.OUTPUT_REGISTRY_OUTPUT);
                    talk.turn();
                }
            });
        }
    }

    @Property(tries = 300)
    void whateverKwinSaysTheWorstIsATypedFailure(@ForAll @Size(max = 80) List<@IntRange(min = 0, max = 13) Integer> script,
                                                 @ForAll long seed) {
        Random random = new Random(seed);
        try (Talk talk = new Talk(false)) {
            for (int i = 0; i < 3; i++) {
                talk.kwin.begin().u32(FakeKwin.SERVER_IDS + i).send(talk.kwin.bound.get(LIST), KdeProtocol.OUTPUT_REGISTRY_OUTPUT);
                talk.describe(FakeKwin.SERVER_IDS + i, FakeKwin.SERVER_IDS + 4 + i, "DP-" + i);
            }
            try {
                for (int step : script) {
                    say(talk, step, random);
                    talk.turn();
                    for (KwinOutput output : talk.outputs.all()) {
                        output.area().ifPresent(a -> assertTrue(a.width() > 0 && a.height() > 0 && Double.isFinite(a.width())));
                        assertNotNull(output.toString());
                    }
                }
            } catch (WaylandException e) {
                assertNotNull(e.getMessage());
            }
        }
    }

    private static void say(Talk talk, int step, Random random) {
        int device = FakeKwin.SERVER_IDS + random.nextInt(4);
        int mode = FakeKwin.SERVER_IDS + 4 + random.nextInt(4);
        int word = switch (random.nextInt(4)) {
            case 0 -> random.nextInt();
            case 1 -> -1;
            case 2 -> Integer.MIN_VALUE;
            default -> random.nextInt(5000);
        };
        FakeKwin kwin = talk.kwin.begin();
        switch (step) {
            case 0 -> kwin.u32(device).send(kwin.bound.get(LIST), KdeProtocol.OUTPUT_REGISTRY_OUTPUT);
            case 1 -> kwin.u32(mode).send(device, KdeProtocol.DEVICE_MODE);
            case 2 -> kwin.u32(word).u32(random.nextInt(4000)).send(mode, KdeProtocol.MODE_SIZE);
            case 3 -> kwin.u32(word).send(mode, KdeProtocol.MODE_REFRESH);
            case 4 -> kwin.u32(random.nextBoolean() ? mode : device).send(device, KdeProtocol.DEVICE_CURRENT_MODE);
            case 5 -> kwin.u32(word).send(device, KdeProtocol.DEVICE_SCALE);
            case 6 -> kwin.u32(word).send(device, KdeProtocol.DEVICE_ENABLED);
            case 7 -> kwin.string("x".repeat(random.nextInt(3000))).send(device, KdeProtocol.DEVICE_NAME);
            case 8 -> kwin.send(device, KdeProtocol.DEVICE_REMOVED);
            case 9 -> kwin.send(mode, KdeProtocol.MODE_REMOVED);
            case 10 -> kwin.u32(word).u32(word).u32(0).u32(0).u32(0).string("").string("").u32(word).send(device,
                    KdeProtocol.DEVICE_GEOMETRY);
            case 11 -> kwin.string("o").send(kwin.bound.get(ORDER), KdeProtocol.OUTPUT_ORDER_OUTPUT);
            case 12 -> kwin.send(device, KdeProtocol.DEVICE_DONE);
            default -> kwin.u32(word).send(device, random.nextInt(60));
        }
    }
}
