package lumen.pipewire;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;

/** {@code struct spa_dict} ({@code spa/utils/dict.h}): flags, a count, and items of key and value. */
final class Dictionary {
    static final int SIZEOF_DICT = 16;
    static final int N_ITEMS = 4;
    static final int ITEMS = 8;
    static final int SIZEOF_ITEM = 16;
    static final int ITEM_KEY = 0;
    static final int ITEM_VALUE = 8;

    private Dictionary() {
    }

    /** What is in one of libpipewire's; nothing for a null pointer. Keys without a value are left out. */
    static Map<String, String> read(long address) {
        Map<String, String> values = new HashMap<>();
        if (address != 0) {
            int count = LibPipewire.MEMORY.get(JAVA_INT, address + N_ITEMS);
            long item = LibPipewire.MEMORY.get(JAVA_LONG, address + ITEMS);
            for (int i = 0; i < count; i++, item += SIZEOF_ITEM) {
                long value = LibPipewire.MEMORY.get(JAVA_LONG, item + ITEM_VALUE);
                if (value != 0) {
                    values.put(LibPipewire.string(LibPipewire.MEMORY.get(JAVA_LONG, item + ITEM_KEY)), LibPipewire.string(value));
                }
            }
        }
        return values;
    }

    /** @param arena owns it, and what it points to */
    static MemorySegment write(Map<String, String> values, Arena arena) {
        MemorySegment items = arena.allocate((long) SIZEOF_ITEM * Math.max(1, values.size()), 8);
        long item = 0;
        for (Map.Entry<String, String> entry : values.entrySet()) {
            items.set(ADDRESS, item + ITEM_KEY, arena.allocateFrom(entry.getKey()));
            items.set(ADDRESS, item + ITEM_VALUE, arena.allocateFrom(entry.getValue()));
            item += SIZEOF_ITEM;
        }
        MemorySegment dictionary = arena.allocate(SIZEOF_DICT, 8);
        dictionary.set(JAVA_INT, N_ITEMS, values.size());
        dictionary.set(ADDRESS, ITEMS, items);
        return dictionary;
    }
}
