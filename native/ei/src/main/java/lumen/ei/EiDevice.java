package lumen.ei;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** A device of the server's. State is guarded by its connection. */
public final class EiDevice {
    /** Codes of keys and buttons are below, {@code KEY_CNT}. */
    static final int CODES = 0x300;
    /** No interface has this object. */
    private static final long NONE = 0;

    final Object lock;
    final long id;
    final List<EiRegion> regions = new ArrayList<>();
    /** Keys and buttons that the server holds to be down for us. */
    final BitSet pressed = new BitSet(CODES);
    final Set<Integer> touches = new HashSet<>();
    private final long[] interfaces = new long[EiInterface.values().length];
    String name = "";
    Optional<String> nextMappingId = Optional.empty();
    Optional<String> keymap = Optional.empty();
    EiModifiers modifiers = EiModifiers.NONE;
    boolean announced;
    boolean resumed;

    EiDevice(Object lock, long id) {
        this.lock = lock;
        this.id = id;
    }

    void put(EiInterface type, long object) {
        interfaces[type.ordinal()] = object;
    }

    void remove(EiInterface type) {
        interfaces[type.ordinal()] = NONE;
    }

    long object(EiInterface type) {
        return interfaces[type.ordinal()];
    }

    /** All that is held counts as released, which the server does by itself. */
    void neutral() {
        pressed.clear();
        touches.clear();
        modifiers = EiModifiers.NONE;
    }

    boolean usable() {
        return announced && resumed;
    }

    public String name() {
        synchronized (lock) {
            return name;
        }
    }

    /** What it takes events for. */
    public boolean has(EiInterface type) {
        synchronized (lock) {
            return object(type) != NONE;
        }
    }

    /** Where an absolute device or a touch screen reaches. */
    public List<EiRegion> regions() {
        synchronized (lock) {
            return List.copyOf(regions);
        }
    }

    /** XKB text of a keyboard, if the server told one; the same object as long as this device lives. */
    public Optional<String> keymap() {
        synchronized (lock) {
            return keymap;
        }
    }

    /** What the server last told of the keyboard's state. */
    public EiModifiers modifiers() {
        synchronized (lock) {
            return modifiers;
        }
    }

    /** @param code {@code KEY_*} or {@code BTN_*} that this client holds down */
    public boolean isPressed(int code) {
        synchronized (lock) {
            return pressed.get(code);
        }
    }

    @Override
    public String toString() {
        synchronized (lock) {
            return name + Stream.of(EiInterface.values()).filter(t -> object(t) != NONE).map(t -> t.protocolName).toList()
                    + (regions.isEmpty() ? "" : regions.toString()) + (usable() ? "" : " paused");
        }
    }
}
