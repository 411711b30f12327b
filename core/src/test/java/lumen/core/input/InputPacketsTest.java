package lumen.core.input;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import lumen.core.metrics.EventCounters;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class InputPacketsTest {
    private static final List<Map.Entry<String, InputEvent>> WORKED = List.of(
            Map.entry("00000008 07000000 0005 fffd", new InputEvent.MouseMove(5, -3)),
            Map.entry("0000000e 05000000 0280 0168 0000 04ff 02cf", new InputEvent.MousePosition(640, 360, 1279, 719)),
            Map.entry("00000005 08000000 01", new InputEvent.MouseButton(1, true)),
            Map.entry("00000005 09000000 01", new InputEvent.MouseButton(1, false)),
            Map.entry("0000000a 0a000000 0078 0078 0000", new InputEvent.Scroll(120)),
            Map.entry("00000006 01000055 ff88", new InputEvent.HorizontalScroll(-120)),
            Map.entry("0000000a 03000000 00 4180 01 0000", new InputEvent.Key(0x41, true, InputEvent.Key.SHIFT, false)),
            Map.entry("0000000a 04000000 00 4180 00 0000", new InputEvent.Key(0x41, false, 0, false)),
            Map.entry("00000006 17000000 c3a9", new InputEvent.Text(0xE9)),
            Map.entry("00000006 0d000000 0100", new InputEvent.EnableHaptics(true)),
            Map.entry("0000001e 0c000000 1a00 0000 0100 1400 0010 00 ff 0080 ff7f 0000 0000 9c00 0000 5500",
                    new InputEvent.ControllerState(0, 1, 0x1000, 0, 255, -32768, 32767, 0, 0)),
            Map.entry("0000000c 04000055 00 01 0300 fff70000", new InputEvent.ControllerArrival(0, 1, 3, 0xF7FF)),
            Map.entry("00000020 02000055 01 00 ffff 07000000 0000003f 0000803e 0000803f 00000000 00000000",
                    new InputEvent.Touch(1, 0xFFFF, 7, 0.5f, 0.25f, 1, 0, 0)),
            Map.entry("00000020 03000055 03 01 00 00 0000003f 0000003f 0000403f 5a00 1e 00 00000000 00000000",
                    new InputEvent.Pen(3, 1, 0, 0.5f, 0.5f, 0.75f, 90, 30, 0, 0)),
            Map.entry("00000014 06000055 00 02 0000 0000803f 00000040 00004040", new InputEvent.ControllerMotion(0, 2, 1, 2, 3)),
            Map.entry("00000008 07000055 00 02 50 00", new InputEvent.ControllerBattery(0, 2, 80)),
            Map.entry("00000018 05000055 01 03 00 01 09000000 0000003f 0000003f 0000803f",
                    new InputEvent.ControllerTouch(1, 3, 1, 9, 0.5f, 0.5f, 1)));

    private final EventCounters<InputDrop> drops = new EventCounters<>(InputDrop.class);

    private static byte[] hex(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    private Optional<InputEvent> parse(byte[] packet) {
        return InputPackets.parse(packet, 0, packet.length, drops);
    }

    @Test
    @DisplayName("I1, I3: every worked packet is read, and written byte for byte")
    void shouldReadAndWriteTheWorkedPackets() {
        for (Map.Entry<String, InputEvent> w : WORKED) {
            assertEquals(Optional.of(w.getValue()), parse(hex(w.getKey())));
            assertArrayEquals(hex(w.getKey()), InputPackets.format(w.getValue()), w.getValue().toString());
        }
    }

    @Test
    @DisplayName("I2: wrong sizes, short bodies and unknown kinds are refused and counted; longer ones are read")
    void shouldRefuseWrongPackets() {
        for (Map.Entry<String, InputEvent> w : WORKED) {
            if (w.getValue() instanceof InputEvent.Text) {
                continue;
            }
            byte[] packet = hex(w.getKey());
            byte[] shorter = Arrays.copyOf(packet, packet.length - 1);
            assertTrue(parse(shorter).isEmpty());
            shorter[3]--;
            assertTrue(parse(shorter).isEmpty());
            byte[] longer = Arrays.copyOf(packet, packet.length + 3);
            longer[3] += 3;
            assertEquals(Optional.of(w.getValue()), parse(longer));
        }
        assertEquals(WORKED.size() - 1, drops.get(InputDrop.SIZE_MISMATCH));
        assertEquals(WORKED.size() - 1, drops.get(InputDrop.TRUNCATED));
        assertTrue(parse(hex("00000008 99000000 00000000")).isEmpty());
        assertEquals(1, drops.get(InputDrop.UNKNOWN_MAGIC));
    }

    @Test
    void shouldReadExactlyOneCodePointOfText() {
        for (int cp : new int[] {'a', 0xE9, 0x20AC, 0x1F600}) {
            InputEvent text = new InputEvent.Text(cp);
            assertEquals(Optional.of(text), parse(InputPackets.format(text)));
        }
        for (String bad : new String[] {"00000006 17000000 6161", "00000005 17000000 c3", "00000007 17000000 eda080", "00000006 17000000 c080"}) {
            assertTrue(parse(hex(bad)).isEmpty(), bad);
        }
        assertEquals(4, drops.get(InputDrop.BAD_TEXT));
    }

    @Property(tries = 3000)
    @Label("I2: arbitrary bytes never throw")
    void shouldTakeArbitraryBytes(@ForAll @Size(max = 60) byte[] bytes, @ForAll boolean plausible) {
        byte[] b = bytes.clone();
        if (plausible && b.length >= 8) {
            byte[] worked = hex(WORKED.get((b[0] & 0xFF) % WORKED.size()).getKey());
            System.arraycopy(worked, 4, b, 4, 4);
            b[0] = 0;
            b[1] = 0;
            b[2] = 0;
            b[3] = (byte) (b.length - 4);
        }
        long before = drops.report().values().stream().mapToLong(Long::longValue).sum();
        boolean refused = parse(b).isEmpty();
        assertEquals(refused ? before + 1 : before, drops.report().values().stream().mapToLong(Long::longValue).sum());
    }

    @Test
    @DisplayName("I9: every virtual key a client can send has its evdev code")
    void shouldMapEveryVirtualKey() throws IOException {
        int rows = 0;
        boolean[] known = new boolean[256];
        try (InputStream in = InputPacketsTest.class.getResourceAsStream("/vectors/vk-evdev.csv")) {
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().skip(1).toList()) {
                String[] cells = line.split(",");
                int vk = Integer.parseInt(cells[1]);
                assertEquals(OptionalInt.of(Integer.parseInt(cells[4])), VirtualKeys.evdev(vk), line);
                assertEquals(VirtualKeys.evdev(vk), VirtualKeys.evdev(0x8000 | vk));
                known[vk] = true;
                rows++;
            }
        }
        assertEquals(154, rows);
        for (int vk = 0; vk < 256; vk++) {
            assertEquals(known[vk], VirtualKeys.evdev(vk).isPresent());
        }
    }

    @Test
    @DisplayName("I4: repeats show as such, and everything is let go in reverse order")
    void shouldKnowWhatIsHeld() {
        HeldKeys held = new HeldKeys();
        assertTrue(held.press(42));
        assertTrue(held.press(30));
        assertFalse(held.press(30));
        assertTrue(held.press(0x110));
        assertTrue(held.release(30));
        assertFalse(held.release(30));
        assertTrue(held.holds(42));
        assertArrayEquals(new int[] {0x110, 42}, held.releaseAll());
        assertTrue(held.isEmpty());
    }
}
