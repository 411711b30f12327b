package lumen.plugin.pipewire;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What is mapped in this process, by {@code /proc/self/maps} (proc(5)). */
final class ProcessMaps {
    private static final Path MAPS = Path.of("/proc/self/maps");

    private ProcessMaps() {
    }

    /**
     * True if every byte of a range can be read now. Where libpipewire has mapped memory, the producer has told it how much
     * of that is a buffer.
     */
    static boolean readable(long address, long size) {
        try {
            return covers(Files.readAllLines(MAPS, StandardCharsets.ISO_8859_1), address, size);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @param maps lines such as {@code 7f0000000000-7f0000001000 rw-s ...}, by address */
    static boolean covers(List<String> maps, long address, long size) {
        if (size < 0 || Long.compareUnsigned(address + size, address) < 0) {
            return false;
        }
        long next = address;
        for (String line : maps) {
            int dash = line.indexOf('-');
            int space = line.indexOf(' ');
            long from = Long.parseUnsignedLong(line, 0, dash, 16);
            long to = Long.parseUnsignedLong(line, dash + 1, space, 16);
            if (Long.compareUnsigned(next, from) >= 0 && Long.compareUnsigned(next, to) < 0) {
                if (line.charAt(space + 1) != 'r') {
                    return false;
                }
                next = to;
            }
            if (Long.compareUnsigned(next, address + size) >= 0) {
                return true;
            }
        }
        return false;
    }
}
