package lumen.core.input;

import java.util.LinkedHashSet;
import java.util.SequencedSet;

/**
 * What is held down right now, keys and buttons alike, by evdev code: repeated presses and releases show
 * as such, and everything can be let go at the end. Confined to one thread.
 */
public final class HeldKeys {
    private final SequencedSet<Integer> held = new LinkedHashSet<>();

    /** False if it was down already. */
    public boolean press(int code) {
        return held.add(code);
    }

    /** False if it wasn't down. */
    public boolean release(int code) {
        return held.remove(code);
    }

    public boolean holds(int code) {
        return held.contains(code);
    }

    public boolean isEmpty() {
        return held.isEmpty();
    }

    /** Lets everything go; the codes in the order to release them, last pressed first. */
    public int[] releaseAll() {
        int[] codes = held.reversed().stream().mapToInt(Integer::intValue).toArray();
        held.clear();
        return codes;
    }
}
