package lumen.pipewire;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class DictionaryTest {
    @AutoClose
    private final Arena arena = Arena.ofConfined();

    @Test
    void whatWasWrittenIsRead() {
        for (Map<String, String> values : List.of(Map.<String, String>of(), Map.of("node.name", "lumen"),
                Map.of("a", "", "object.serial", "17", "node.description", "Größe 日本"))) {
            assertEquals(values, Dictionary.read(Dictionary.write(values, arena).address()));
        }
    }

    @Test
    void noneIsEmptyAndAKeyWithoutAValueIsNone() {
        assertEquals(Map.of(), Dictionary.read(0));
        MemorySegment dictionary = Dictionary.write(Map.of("key", "value"), arena);
        dictionary.get(ADDRESS, Dictionary.ITEMS).reinterpret(Dictionary.SIZEOF_ITEM).set(ADDRESS, Dictionary.ITEM_VALUE,
                MemorySegment.NULL);
        assertEquals(Map.of(), Dictionary.read(dictionary.address()));
    }
}
