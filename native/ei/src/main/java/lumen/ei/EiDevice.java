package lumen.ei;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A device of the server's. State is guarded by its connection. */
public final class EiDevice {
    private final EiConnection connection;
    final long id;
    final Map<String, Long> interfaces = new HashMap<>();
    final List<EiRegion> regions = new ArrayList<>();
    String name = "";
    Optional<String> nextMappingId = Optional.empty();
    Optional<String> keymap = Optional.empty();
    boolean announced;
    boolean resumed;
    boolean emulating;

    EiDevice(EiConnection connection, long id) {
        this.connection = connection;
        this.id = id;
    }

    public String name() {
        return name;
    }

    /** True if it has an interface such as {@code ei_keyboard}. */
    public boolean has(String interfaceName) {
        synchronized (connection) {
            return interfaces.containsKey(interfaceName);
        }
    }

    /** Where an absolute device reaches. */
    public List<EiRegion> regions() {
        synchronized (connection) {
            return List.copyOf(regions);
        }
    }

    /** XKB text of a keyboard, if the server told one. */
    public Optional<String> keymap() {
        synchronized (connection) {
            return keymap;
        }
    }

    @Override
    public String toString() {
        return name + " " + interfaces.keySet();
    }
}
