package lumen.ei;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which keys type a character, by the server's keymap and libxkbcommon. Immutable once read: the first layout's characters
 * that no more than Shift and AltGr lead to.
 */
public final class XkbKeymap {
    private static final String LIBRARY = "libxkbcommon.so.0";
    private static final int TEXT_V1 = 1;
    private static final int EVDEV_OFFSET = 8;
    private static final int KEY_LEFTSHIFT = 42;
    private static final int KEY_RIGHTALT = 100;
    private static final int MAX_MASKS = 16;
    /** {@code XKB_KEY_NoSymbol}. */
    private static final int NO_SYMBOL = 0;

    private final Map<Integer, Keys> byCharacter;

    /**
     * How to type a character.
     *
     * @param modifiers {@code KEY_*} to hold down meanwhile
     * @param key       {@code KEY_*} to press
     */
    public record Keys(List<Integer> modifiers, int key) {
    }

    private XkbKeymap(Map<Integer, Keys> byCharacter) {
        this.byCharacter = byCharacter;
    }

    /** The keys for a code point, if the keymap has it. */
    public Optional<Keys> keys(int codePoint) {
        return Optional.ofNullable(byCharacter.get(codePoint));
    }

    /**
     * Reads a keymap.
     *
     * @throws EiException if libxkbcommon is missing, or refuses it
     */
    public static XkbKeymap parse(String text) {
        SymbolLookup library;
        try {
            library = SymbolLookup.libraryLookup(LIBRARY, Arena.global());
        } catch (IllegalArgumentException e) {
            throw new EiException(LIBRARY + " is not installed (package libxkbcommon0)", e);
        }
        try (Arena arena = Arena.ofConfined()) {
            long context = (long) bind(library, "xkb_context_new", JAVA_LONG, JAVA_INT).invokeExact(0);
            if (context == 0) {
                throw new EiException("libxkbcommon makes no context");
            }
            try {
                long keymap = (long) bind(library, "xkb_keymap_new_from_string", JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_INT, JAVA_INT)
                        .invokeExact(context, arena.allocateFrom(text), TEXT_V1, 0);
                if (keymap == 0) {
                    throw new EiException("libxkbcommon does not understand the server's keymap");
                }
                try {
                    return new XkbKeymap(Map.copyOf(new Reader(library, keymap, arena).read()));
                } finally {
                    bindVoid(library, "xkb_keymap_unref", JAVA_LONG).invokeExact(keymap);
                }
            } finally {
                bindVoid(library, "xkb_context_unref", JAVA_LONG).invokeExact(context);
            }
        } catch (RuntimeException e) {
            throw e;
        } catch (Throwable t) {
            throw new AssertionError(t);
        }
    }

    private static MethodHandle bind(SymbolLookup library, String name, MemoryLayout result, MemoryLayout... arguments) {
        return Linker.nativeLinker().downcallHandle(library.findOrThrow(name), FunctionDescriptor.of(result, arguments));
    }

    private static MethodHandle bindVoid(SymbolLookup library, String name, MemoryLayout... arguments) {
        return Linker.nativeLinker().downcallHandle(library.findOrThrow(name), FunctionDescriptor.ofVoid(arguments));
    }

    /** Walks over all keys and levels of the first layout. */
    private static final class Reader {
        private final long keymap;
        private final Arena arena;
        private final MethodHandle levels;
        private final MethodHandle symbols;
        private final MethodHandle modifiers;
        private final MethodHandle toCharacter;
        private final int least;
        private final int most;
        private final int shift;
        private final int levelThree;

        Reader(SymbolLookup library, long keymap, Arena arena) throws Throwable {
            this.keymap = keymap;
            this.arena = arena;
            levels = bind(library, "xkb_keymap_num_levels_for_key", JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT);
            symbols = bind(library, "xkb_keymap_key_get_syms_by_level", JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS);
            modifiers = bind(library, "xkb_keymap_key_get_mods_for_level", JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_LONG);
            toCharacter = bind(library, "xkb_keysym_to_utf32", JAVA_INT, JAVA_INT);
            least = (int) bind(library, "xkb_keymap_min_keycode", JAVA_INT, JAVA_LONG).invokeExact(keymap);
            most = (int) bind(library, "xkb_keymap_max_keycode", JAVA_INT, JAVA_LONG).invokeExact(keymap);
            MethodHandle index = bind(library, "xkb_keymap_mod_get_index", JAVA_INT, JAVA_LONG, ADDRESS);
            shift = bit((int) index.invokeExact(keymap, arena.allocateFrom("Shift")));
            levelThree = bit((int) index.invokeExact(keymap, arena.allocateFrom("Mod5")));
        }

        /** A modifier's mask; 0 if the keymap has none of that name. */
        private static int bit(int index) {
            return index < 0 || index > 31 ? 0 : 1 << index;
        }

        Map<Integer, Keys> read() throws Throwable {
            Map<Integer, Keys> characters = new HashMap<>();
            MemorySegment list = arena.allocate(ADDRESS);
            MemorySegment masks = arena.allocate(JAVA_INT, MAX_MASKS);
            for (int key = Math.max(least, EVDEV_OFFSET); key <= most; key++) {
                int count = (int) levels.invokeExact(keymap, key, 0);
                for (int level = 0; level < count; level++) {
                    if ((int) symbols.invokeExact(keymap, key, 0, level, list) != 1) {
                        continue;
                    }
                    int symbol = list.get(ADDRESS, 0).reinterpret(4).get(JAVA_INT, 0);
                    int character = symbol == NO_SYMBOL ? 0 : (int) toCharacter.invokeExact(symbol);
                    Optional<List<Integer>> held = character == 0 ? Optional.empty()
                            : held(masks, (long) modifiers.invokeExact(keymap, key, 0, level, masks, (long) MAX_MASKS));
                    if (held.isPresent()) {
                        // The first way found has the lowest level, and so the fewest modifiers.
                        characters.putIfAbsent(character, new Keys(held.get(), key - EVDEV_OFFSET));
                    }
                }
            }
            return characters;
        }

        /** The modifier keys for the simplest of some masks, if Shift and AltGr are enough. */
        private Optional<List<Integer>> held(MemorySegment masks, long count) {
            for (long i = 0; i < Math.min(count, MAX_MASKS); i++) {
                int mask = masks.getAtIndex(JAVA_INT, i);
                if ((mask & ~(shift | levelThree)) == 0) {
                    return Optional.of((mask & levelThree) == 0 ? (mask & shift) == 0 ? List.of() : List.of(KEY_LEFTSHIFT)
                            : (mask & shift) == 0 ? List.of(KEY_RIGHTALT) : List.of(KEY_LEFTSHIFT, KEY_RIGHTALT));
                }
            }
            return Optional.empty();
        }
    }
}
