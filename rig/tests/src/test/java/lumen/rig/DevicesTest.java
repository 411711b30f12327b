package lumen.rig;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import lumen.posix.DmabufSync;
import lumen.posix.Fd;
import lumen.posix.Mapping;
import lumen.posix.Memfd;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The virtual machine's kernel has real devices in the places where the rig has stand-ins or nothing. */
@Tag("vm")
class DevicesTest {
    /** {@code _IOW('u', 0x42, struct udmabuf_create)}; linux/udmabuf.h. */
    private static final long UDMABUF_CREATE = 0x4018_7542L;
    /** linux/uinput.h, linux/input-event-codes.h. */
    private static final long UI_DEV_CREATE = 0x5501L;
    private static final long UI_DEV_SETUP = 0x405c_5503L;
    private static final long UI_SET_EVBIT = 0x4004_5564L;
    private static final long UI_SET_KEYBIT = 0x4004_5565L;
    private static final short EV_SYN = 0;
    private static final short EV_KEY = 1;
    private static final short KEY_A = 30;
    private static final int INPUT_EVENT_SIZE = 24;
    /** {@code UHID_CREATE2}; linux/uhid.h. */
    private static final int UHID_CREATE2 = 11;
    private static final short BUS_USB = 3;
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @ParameterizedTest
    @ValueSource(strings = {"/dev/dri/card0", "/dev/dri/card1", "/dev/dri/renderD128", "/dev/udmabuf", "/dev/dma_heap/system",
            "/dev/uinput", "/dev/uhid", "/dev/snd/controlC0"})
    void theUserMayOpen(Path node) throws Exception {
        Device.open(node).close();
    }

    @Test
    void oneCardHasAConnectorAndTheOtherARenderNode() throws Exception {
        assertTrue(Devices.display().isPresent(), "no vkms");
        String driver = Files.readString(Path.of("/sys/class/drm/renderD128/device/uevent"));
        assertTrue(driver.contains("vgem") || Files.exists(Path.of("/sys/devices/faux/vgem")), driver);
    }

    @Test
    void udmabufMakesADmabufOfTheMemory() throws Exception {
        int size = 1 << 16;
        try (Arena arena = Arena.ofConfined(); Device udmabuf = Device.open(Path.of("/dev/udmabuf"));
                Fd memory = Memfd.create("pixels", size, Memfd.SEAL_SHRINK); Mapping written = Mapping.of(memory.value(), size, true)) {
            MemorySegment create = arena.allocate(24, 8);
            create.set(ValueLayout.JAVA_INT, 0, memory.value());
            create.set(ValueLayout.JAVA_LONG, 16, size);
            try (Fd dmabuf = Fd.own(udmabuf.ioctl(UDMABUF_CREATE, create.address()))) {
                String target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + dmabuf.value())).toString();
                assertTrue(target.startsWith("/dmabuf:"), target);
                written.segment().set(ValueLayout.JAVA_INT, size - 4, 0x00c0_ffee);
                try (Mapping read = Mapping.of(dmabuf.value(), size, false)) {
                    assertEquals(0, DmabufSync.beginRead(dmabuf.value()));
                    assertEquals(0x00c0_ffee, read.segment().get(ValueLayout.JAVA_INT, size - 4));
                    assertEquals(0, DmabufSync.endRead(dmabuf.value()));
                }
            }
        }
    }

    @Test
    void aKeyOfAUinputKeyboardArrives() throws Exception {
        String name = "lumen rig keyboard";
        try (Arena arena = Arena.ofConfined(); Device uinput = Device.open(Path.of("/dev/uinput"))) {
            MemorySegment setup = arena.allocate(92, 4);
            setup.set(ValueLayout.JAVA_SHORT, 0, BUS_USB);
            setup.setString(8, name);
            uinput.ioctl(UI_SET_EVBIT, EV_KEY);
            uinput.ioctl(UI_SET_KEYBIT, KEY_A);
            uinput.ioctl(UI_DEV_SETUP, setup.address());
            uinput.ioctl(UI_DEV_CREATE, 0);
            Path node = await("its node", () -> node(name));
            try (InputStream events = Files.newInputStream(node)) {
                uinput.write(event(arena, EV_KEY, KEY_A, 1));
                uinput.write(event(arena, EV_SYN, (short) 0, 0));
                ByteBuffer event = ByteBuffer.wrap(events.readNBytes(INPUT_EVENT_SIZE)).order(ByteOrder.nativeOrder());
                assertEquals(EV_KEY, event.getShort(16));
                assertEquals(KEY_A, event.getShort(18));
                assertEquals(1, event.getInt(20));
            }
        }
    }

    @Test
    void aUhidDeviceGetsAHidrawNode() throws Exception {
        // A mouse of one button: the smallest description that a driver takes.
        byte[] description = {0x05, 0x01, 0x09, 0x02, (byte) 0xa1, 0x01, 0x09, 0x01, (byte) 0xa1, 0x00, 0x05, 0x09, 0x19, 0x01, 0x29,
            0x08, 0x15, 0x00, 0x25, 0x01, 0x75, 0x01, (byte) 0x95, 0x08, (byte) 0x81, 0x02, 0x05, 0x01, 0x09, 0x30, 0x09, 0x31, 0x15,
            (byte) 0x81, 0x25, 0x7f, 0x75, 0x08, (byte) 0x95, 0x02, (byte) 0x81, 0x06, (byte) 0xc0, (byte) 0xc0};
        try (Arena arena = Arena.ofConfined(); Device uhid = Device.open(Path.of("/dev/uhid"))) {
            MemorySegment create = arena.allocate(4380, 4);
            create.set(ValueLayout.JAVA_INT, 0, UHID_CREATE2);
            create.setString(4, "lumen rig mouse");
            create.set(ValueLayout.JAVA_SHORT, 260, (short) description.length);
            create.set(ValueLayout.JAVA_SHORT, 262, BUS_USB);
            create.asSlice(280).copyFrom(MemorySegment.ofArray(description));
            uhid.write(create);
            await("a hidraw node", () -> first(Path.of("/sys/class/hidraw"), "hidraw*", "device/uevent", "lumen rig mouse"));
            await("an input node", () -> node("lumen rig mouse"));
        }
    }

    @Test
    void netemDelaysBothWays() throws Exception {
        String printed = Program.output("unshare", "--map-root-user", "--net", "sh", "-c", """
                ip link set lo up && tc qdisc add dev lo root netem delay 20ms && ping -q -c 10 -i 0.05 127.0.0.1""");
        Matcher times = Pattern.compile("= ([0-9.]+)/([0-9.]+)/").matcher(printed);
        assertTrue(times.find(), printed);
        assertTrue(Double.parseDouble(times.group(1)) >= 40, printed);
        assertTrue(printed.contains(" 0% packet loss"), printed);
    }

    @Test
    void netemLosesPackets() throws Exception {
        // Each packet is at risk twice: 1 - 0.7² = 51 %. Fewer than 20 or more than 80 of 100 come about once in 10⁹ runs.
        String printed = Program.output("unshare", "--map-root-user", "--net", "sh", "-c", """
                ip link set lo up && tc qdisc add dev lo root netem loss 30% && ping -q -c 100 -i 0.01 -W 1 127.0.0.1""");
        Matcher loss = Pattern.compile("([0-9.]+)% packet loss").matcher(printed);
        assertTrue(loss.find(), printed);
        double percent = Double.parseDouble(loss.group(1));
        assertTrue(percent > 20 && percent < 80, printed);
    }

    private static MemorySegment event(Arena arena, short type, short code, int value) {
        MemorySegment event = arena.allocate(INPUT_EVENT_SIZE, 8);
        event.set(ValueLayout.JAVA_SHORT, 16, type);
        event.set(ValueLayout.JAVA_SHORT, 18, code);
        event.set(ValueLayout.JAVA_INT, 20, value);
        return event;
    }

    /** The event node of an input device, once the user may read it. */
    private static Optional<Path> node(String device) throws Exception {
        return first(Path.of("/sys/class/input"), "event*", "device/name", device)
                .map(p -> Path.of("/dev/input").resolve(p.getFileName())).filter(Files::isReadable);
    }

    private static Optional<Path> first(Path folder, String pattern, String file, String content) throws Exception {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, pattern)) {
            for (Path entry : entries) {
                if (Files.readString(entry.resolve(file)).contains(content)) {
                    return Optional.of(entry);
                }
            }
            return Optional.empty();
        }
    }

    private static Path await(String what, Callable<Optional<Path>> condition) throws Exception {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (true) {
            Optional<Path> found = condition.call();
            if (found.isPresent()) {
                return found.get();
            }
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("not within " + LIMIT.toSeconds() + " s: " + what);
            }
            LockSupport.parkNanos(20_000_000);
        }
    }
}
