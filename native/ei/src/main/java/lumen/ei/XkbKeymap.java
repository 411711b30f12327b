package lumen.ei;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which keys type a character, by a keymap and libxkbcommon. Keys are tried out on a keyboard like the server's, in the layout
 * and with the locks that are on, alone and with Shift, AltGr and the like. Confined to one thread.
 */
public final class XkbKeymap implements AutoCloseable {
    private static final int EVDEV_OFFSET = 8;
    /** Programs under Xwayland never see keys beyond. */
    private static final int MAX_KEYCODE = 255;
    /** Keyboards have this key; the one of evdev's keycodes that is called LVL3 exists in keymaps only. */
    private static final int RIGHT_ALT = EVDEV_OFFSET + 100;
    private static final int LVL3 = EVDEV_OFFSET + 84;
    private static final int SHIFT_L = 0xffe1;
    private static final int SHIFT_R = 0xffe2;
    private static final int LEVEL3_SHIFT = 0xfe03;
    private static final int LEVEL5_SHIFT = 0xfe11;
    private static final int RETURN = 0xff0d;
    /** {@code xkbcommon-keysyms.h}: what each combining character's dead key gives. */
    private static final Map<Integer, Integer> DEAD = Map.ofEntries(Map.entry(0x300, 0xfe50), Map.entry(0x301, 0xfe51),
            Map.entry(0x302, 0xfe52), Map.entry(0x303, 0xfe53), Map.entry(0x304, 0xfe54), Map.entry(0x306, 0xfe55),
            Map.entry(0x307, 0xfe56), Map.entry(0x308, 0xfe57), Map.entry(0x30a, 0xfe58), Map.entry(0x30b, 0xfe59),
            Map.entry(0x30c, 0xfe5a), Map.entry(0x327, 0xfe5b), Map.entry(0x328, 0xfe5c));

    private final Xkbcommon xkb;
    private final long keymap;
    private final int least;
    private final int most;
    private Table table;
    private boolean closed;

    /**
     * A key pressed and released.
     *
     * @param modifiers {@code KEY_*} to hold down meanwhile
     * @param key       {@code KEY_*} to press
     */
    public record Stroke(List<Integer> modifiers, int key) {
    }

    /** What can be typed while the locks and the layout are so. */
    private record Table(EiModifiers when, Set<Integer> modifierKeys, Map<Integer, Stroke> bySymbol, Map<Integer, Stroke> byCodePoint) {
    }

    private XkbKeymap(Xkbcommon xkb, long keymap) {
        this.xkb = xkb;
        this.keymap = keymap;
        least = Math.max(xkb.minKeycode(keymap), EVDEV_OFFSET);
        most = Math.min(xkb.maxKeycode(keymap), MAX_KEYCODE);
    }

    /**
     * Reads a keymap.
     *
     * @throws EiException if libxkbcommon is missing, or refuses it
     */
    public static XkbKeymap parse(String text) {
        Xkbcommon xkb = Xkbcommon.load();
        long keymap = xkb.keymap(text);
        if (keymap == 0) {
            throw new EiException("libxkbcommon does not understand the keymap of the server");
        }
        return new XkbKeymap(xkb, keymap);
    }

    /**
     * What a server that tells none most likely has.
     *
     * @throws EiException if libxkbcommon or its data is missing
     */
    public static XkbKeymap ofSystem() {
        Xkbcommon xkb = Xkbcommon.load();
        long keymap = xkb.defaultKeymap();
        if (keymap == 0) {
            throw new EiException("libxkbcommon finds no keymap (package xkb-data)");
        }
        return new XkbKeymap(xkb, keymap);
    }

    /**
     * How to type a code point while no modifier is held: one key, or a dead key and its letter, or nothing if the layout
     * has neither.
     *
     * @param state latches, locks and layout count
     */
    public List<Stroke> strokes(int codePoint, EiModifiers state) {
        Table now = table(state);
        Stroke direct = codePoint == '\n' ? now.bySymbol.get(RETURN) : now.byCodePoint.get(codePoint);
        if (direct != null) {
            return List.of(direct);
        }
        if (!Character.isValidCodePoint(codePoint) || codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE) {
            return List.of();
        }
        int[] parts = Normalizer.normalize(Character.toString(codePoint), Normalizer.Form.NFD).codePoints().toArray();
        if (parts.length != 2 || !DEAD.containsKey(parts[1])) {
            return List.of();
        }
        Stroke dead = now.bySymbol.get(DEAD.get(parts[1]));
        Stroke letter = now.byCodePoint.get(parts[0]);
        return dead == null || letter == null ? List.of() : List.of(dead, letter);
    }

    /** Keys that change what others type: Shift, AltGr and the like. */
    public Set<Integer> modifierKeys(EiModifiers state) {
        return table(state).modifierKeys;
    }

    private Table table(EiModifiers state) {
        if (closed) {
            throw new IllegalStateException("the keymap is closed");
        }
        EiModifiers when = new EiModifiers(0, state.latched(), state.locked(), state.group());
        if (table == null || !table.when.equals(when)) {
            table = tryOut(when);
        }
        return table;
    }

    private Table tryOut(EiModifiers when) {
        Set<Integer> modifierKeys = new TreeSet<>();
        Map<Integer, Integer> shifters = new TreeMap<>();
        long state = keyboard(when);
        try {
            for (int keycode = least; keycode <= most; keycode++) {
                int symbol = xkb.symbol(state, keycode);
                int kind = symbol == SHIFT_R ? SHIFT_L : symbol;
                if (kind == SHIFT_L || kind == LEVEL3_SHIFT || kind == LEVEL5_SHIFT) {
                    modifierKeys.add(keycode - EVDEV_OFFSET);
                    shifters.merge(kind, keycode, (old, next) -> old == LVL3 || next == RIGHT_ALT ? next : old);
                }
            }
        } finally {
            xkb.unrefState(state);
        }
        Table found = new Table(when, modifierKeys, new HashMap<>(), new HashMap<>());
        // By the number of keys to hold, so that the simplest way to a character is found first.
        List<Integer> keys = new ArrayList<>(shifters.values());
        for (int count = 0; count <= keys.size(); count++) {
            for (int mask = 0; mask < 1 << keys.size(); mask++) {
                if (Integer.bitCount(mask) == count) {
                    tryOut(found, keys, mask);
                }
            }
        }
        return found;
    }

    private void tryOut(Table found, List<Integer> shifters, int mask) {
        long state = keyboard(found.when);
        try {
            List<Integer> held = new ArrayList<>();
            for (int i = 0; i < shifters.size(); i++) {
                if ((mask & 1 << i) != 0) {
                    held.add(shifters.get(i) - EVDEV_OFFSET);
                    xkb.key(state, shifters.get(i), true);
                }
            }
            List<Integer> modifiers = List.copyOf(held);
            for (int keycode = least; keycode <= most; keycode++) {
                int symbol = xkb.symbol(state, keycode);
                if (symbol != 0) {
                    Stroke stroke = new Stroke(modifiers, keycode - EVDEV_OFFSET);
                    found.bySymbol.putIfAbsent(symbol, stroke);
                    int codePoint = xkb.codePoint(symbol);
                    if (codePoint != 0) {
                        found.byCodePoint.putIfAbsent(codePoint, stroke);
                    }
                }
            }
        } finally {
            xkb.unrefState(state);
        }
    }

    private long keyboard(EiModifiers when) {
        long state = xkb.state(keymap);
        if (state == 0) {
            throw new EiException("libxkbcommon makes no keyboard");
        }
        xkb.modifiers(state, when.latched(), when.locked(), when.group());
        return state;
    }

    /** Idempotent. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            xkb.unref(keymap);
        }
    }
}
