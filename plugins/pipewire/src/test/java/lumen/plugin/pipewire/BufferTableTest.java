package lumen.plugin.pipewire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import lumen.pipewire.StreamBuffer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class BufferTableTest {
    @AutoClose
    private final BufferFixture fixture = new BufferFixture();
    private final BufferTable table = new BufferTable();

    private void assertCounts(int usable, int refused) {
        assertEquals(List.of(usable, refused), List.of(table.usable(), table.refused()));
    }

    @Test
    void aBufferIsFoundUntilItIsRemoved() {
        long one = fixture.address();
        long two = fixture.address();
        Optional<CaptureBuffer> first = fixture.some(one);
        Optional<CaptureBuffer> second = fixture.some(two);
        assertTrue(table.add(one, first));
        assertTrue(table.add(two, second));
        assertCounts(2, 0);
        assertSame(first.get(), table.at(one));
        assertSame(second.get(), table.at(two));
        assertSame(first.get(), table.remove(one));
        assertNull(table.at(one));
        assertSame(second.get(), table.at(two));
        assertCounts(1, 0);
    }

    @Test
    void oneWithoutUsableMemoryIsCountedAndNotFound() {
        long address = fixture.address();
        StreamBuffer.userData(address, 1);
        assertFalse(table.add(address, Optional.empty()));
        assertCounts(0, 1);
        assertNull(table.at(address));
        assertNull(table.remove(address));
        assertCounts(0, 0);
    }

    @Test
    void aNumberThatNoBufferHasFindsNone() {
        long address = fixture.address();
        for (long number : new long[] {-1, 0, 1, BufferTable.MAX_BUFFERS, BufferTable.MAX_BUFFERS + 1, Long.MAX_VALUE, Long.MIN_VALUE}) {
            StreamBuffer.userData(address, number);
            assertNull(table.at(address), () -> "number " + number);
        }
    }

    @Test
    void aFullTableRefusesAndAFreedPlaceIsTakenAgain() {
        List<Long> addresses = new ArrayList<>();
        for (int i = 0; i < BufferTable.MAX_BUFFERS; i++) {
            addresses.add(fixture.address());
            assertTrue(table.add(addresses.getLast(), fixture.some(addresses.getLast())));
        }
        long more = fixture.address();
        assertFalse(table.add(more, fixture.some(more)));
        assertNull(table.at(more));
        assertCounts(BufferTable.MAX_BUFFERS, 1);
        table.remove(addresses.get(7));
        long after = fixture.address();
        Optional<CaptureBuffer> buffer = fixture.some(after);
        assertTrue(table.add(after, buffer));
        assertSame(buffer.get(), table.at(after));
        assertCounts(BufferTable.MAX_BUFFERS, 1);
    }
}
