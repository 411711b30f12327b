package lumen.plugin.pipewire;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.util.List;
import lumen.posix.Fd;
import lumen.posix.Mapping;
import lumen.posix.Memfd;
import org.junit.jupiter.api.Test;

class ProcessMapsTest {
    private static final List<String> MAPS = List.of("1000-3000 r--p 00000000 00:00 0", "3000-4000 rw-s 00000000 00:01 7 /memfd:x (deleted)",
            "5000-6000 ---p 00000000 00:00 0", "ffffffffff600000-ffffffffff601000 r-xp 00000000 00:00 0 [vsyscall]");

    @Test
    void aRangeIsReadableIfEveryPageOfItIs() {
        assertTrue(ProcessMaps.covers(MAPS, 0x1000, 0x3000));
        assertTrue(ProcessMaps.covers(MAPS, 0x2fff, 2));
        assertTrue(ProcessMaps.covers(MAPS, 0x3000, 0));
        assertTrue(ProcessMaps.covers(MAPS, 0xffffffffff600000L, 0x1000));
        assertFalse(ProcessMaps.covers(MAPS, 0x0fff, 2));
        assertFalse(ProcessMaps.covers(MAPS, 0x1000, 0x3001));
        assertFalse(ProcessMaps.covers(MAPS, 0x3fff, 0x2000));
        assertFalse(ProcessMaps.covers(MAPS, 0x5000, 1));
        assertFalse(ProcessMaps.covers(MAPS, 0x7000, 1));
        assertFalse(ProcessMaps.covers(MAPS, 0x1000, -1));
        assertFalse(ProcessMaps.covers(MAPS, 0xffffffffff600000L, Long.MAX_VALUE));
    }

    @Test
    void whatThisProcessMapsIsSeen() {
        try (Fd file = Memfd.create("lumen-test", 1 << 16, 0); Arena arena = Arena.ofConfined()) {
            long address;
            try (Mapping mapping = Mapping.of(file.value(), 1 << 16, false)) {
                address = mapping.segment().address();
                assertTrue(ProcessMaps.readable(address, 1 << 16));
            }
            assertTrue(ProcessMaps.readable(arena.allocate(64).address(), 64));
            assertFalse(ProcessMaps.readable(8, 8));
        }
    }
}
