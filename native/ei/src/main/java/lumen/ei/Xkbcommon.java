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

/**
 * The part of libxkbcommon ({@code xkbcommon.h}, 0.5 and later) that finds keys. Pointers are plain numbers. Thread-safe as
 * far as the objects are different ones.
 */
final class Xkbcommon {
    private static final String LIBRARY = "libxkbcommon.so.0";
    private static final int TEXT_V1 = 1;
    /** Nothing of the environment's, and no complaints to standard error about keymaps of others. */
    private static final int LOG_LEVEL_CRITICAL = 10;
    private static Xkbcommon loaded;

    private final MethodHandle contextNew;
    private final MethodHandle contextUnref;
    private final MethodHandle setLogLevel;
    private final MethodHandle keymapFromString;
    private final MethodHandle keymapFromNames;
    private final MethodHandle keymapUnref;
    private final MethodHandle minKeycode;
    private final MethodHandle maxKeycode;
    private final MethodHandle stateNew;
    private final MethodHandle stateUnref;
    private final MethodHandle updateKey;
    private final MethodHandle updateMask;
    private final MethodHandle oneSymbol;
    private final MethodHandle toUtf32;

    private Xkbcommon(SymbolLookup library) {
        contextNew = bind(library, "xkb_context_new", JAVA_LONG, JAVA_INT);
        contextUnref = bindVoid(library, "xkb_context_unref", JAVA_LONG);
        setLogLevel = bindVoid(library, "xkb_context_set_log_level", JAVA_LONG, JAVA_INT);
        keymapFromString = bind(library, "xkb_keymap_new_from_string", JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_INT, JAVA_INT);
        keymapFromNames = bind(library, "xkb_keymap_new_from_names", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT);
        keymapUnref = bindVoid(library, "xkb_keymap_unref", JAVA_LONG);
        minKeycode = bind(library, "xkb_keymap_min_keycode", JAVA_INT, JAVA_LONG);
        maxKeycode = bind(library, "xkb_keymap_max_keycode", JAVA_INT, JAVA_LONG);
        stateNew = bind(library, "xkb_state_new", JAVA_LONG, JAVA_LONG);
        stateUnref = bindVoid(library, "xkb_state_unref", JAVA_LONG);
        updateKey = bind(library, "xkb_state_update_key", JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT);
        updateMask = bind(library, "xkb_state_update_mask", JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
        oneSymbol = bind(library, "xkb_state_key_get_one_sym", JAVA_INT, JAVA_LONG, JAVA_INT);
        toUtf32 = bind(library, "xkb_keysym_to_utf32", JAVA_INT, JAVA_INT);
    }

    /**
     * The library.
     *
     * @throws EiException if it is not installed
     */
    static synchronized Xkbcommon load() {
        if (loaded == null) {
            try {
                loaded = new Xkbcommon(SymbolLookup.libraryLookup(LIBRARY, Arena.global()));
            } catch (IllegalArgumentException e) {
                throw new EiException(LIBRARY + " is not installed (package libxkbcommon0)", e);
            }
        }
        return loaded;
    }

    private static MethodHandle bind(SymbolLookup library, String name, MemoryLayout result, MemoryLayout... arguments) {
        return Linker.nativeLinker().downcallHandle(symbol(library, name), FunctionDescriptor.of(result, arguments));
    }

    private static MethodHandle bindVoid(SymbolLookup library, String name, MemoryLayout... arguments) {
        return Linker.nativeLinker().downcallHandle(symbol(library, name), FunctionDescriptor.ofVoid(arguments));
    }

    private static MemorySegment symbol(SymbolLookup library, String name) {
        return library.find(name).orElseThrow(() -> new EiException(LIBRARY + " has no " + name + "; it is too old"));
    }

    /** A keymap, to be given to {@link #unref}; 0 if the text isn't one. */
    long keymap(String text) {
        try (Arena arena = Arena.ofConfined()) {
            long context = context();
            try {
                return (long) keymapFromString.invokeExact(context, arena.allocateFrom(text), TEXT_V1, 0);
            } finally {
                contextUnref.invokeExact(context);
            }
        } catch (Throwable t) {
            throw rethrow(t);
        }
    }

    /** The system's default, by {@code XKB_DEFAULT_LAYOUT} and its like; 0 if its data is missing. */
    long defaultKeymap() {
        try {
            long context = context();
            try {
                return (long) keymapFromNames.invokeExact(context, 0L, 0);
            } finally {
                contextUnref.invokeExact(context);
            }
        } catch (Throwable t) {
            throw rethrow(t);
        }
    }

    private long context() throws Throwable {
        long context = (long) contextNew.invokeExact(0);
        if (context == 0) {
            throw new EiException("libxkbcommon makes no context");
        }
        setLogLevel.invokeExact(context, LOG_LEVEL_CRITICAL);
        return context;
    }

    void unref(long keymap) {
        try {
            keymapUnref.invokeExact(keymap);
        } catch (Throwable t) {
            throw rethrow(t);
        }
    }

    /** The least code of a key: {@code KEY_*} and 8. */
    int minKeycode(long keymap) {
        try {
            return (int) minKeycode.invokeExact(keymap);
        } catch (Throwable t) {
            throw rethrow(t);
        }
    }

    int maxKeycode(long keymap) {
        try {
            return (int) maxKeycode.invokeExact(keymap);
        } catch (Throwable t) {
            throw rethrow(t);
        }
    }

    /** A keyboard with nothing held, to be given to {@link #unrefState}. */
    long state(long keymap) {
        try {
            return (long) stateNew.invokeExact(keymap);
        } catch (Throwable t) {
            throw rethrow(t);
        }
    }

    void unrefState(long state) {
        try {
            stateUnref.invokeExact(state);
        } catch (Throwable t) {
            throw rethrow(t);
        }
    }

    /** A key goes down or up. */
    void key(long state, int keycode, boolean down) {
        try {
            int changed = (int) updateKey.invokeExact(state, keycode, down ? 1 : 0);
        } catch (Throwable t) {
            throw rethrow(t);
        }
    }

    /** Modifiers as a server told of them. */
    void modifiers(long state, int latched, int locked, int group) {
        try {
            int changed = (int) updateMask.invokeExact(state, 0, latched, locked, 0, 0, group);
        } catch (Throwable t) {
            throw rethrow(t);
        }
    }

    /** What a key would give now; 0: nothing, or more than one. */
    int symbol(long state, int keycode) {
        try {
            return (int) oneSymbol.invokeExact(state, keycode);
        } catch (Throwable t) {
            throw rethrow(t);
        }
    }

    /** The code point of a keysym; 0 if it has none. */
    int codePoint(int symbol) {
        try {
            return (int) toUtf32.invokeExact(symbol);
        } catch (Throwable t) {
            throw rethrow(t);
        }
    }

    private static RuntimeException rethrow(Throwable t) {
        if (t instanceof RuntimeException e) {
            return e;
        }
        throw new AssertionError(t);
    }
}
