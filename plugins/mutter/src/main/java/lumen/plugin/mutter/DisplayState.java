package lumen.plugin.mutter;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import lumen.dbus.DBusConnection;
import lumen.dbus.DBusException;
import lumen.dbus.Message;
import lumen.dbus.Struct;
import lumen.dbus.Variant;

/**
 * Mutter's monitors and how they are laid out ({@code org.gnome.Mutter.DisplayConfig.xml}, {@code GetCurrentState}).
 *
 * @param serial     of this state; a change refers to it
 * @param layoutMode to pass on with a change, if it can be changed at all
 */
record DisplayState(int serial, List<Monitor> monitors, List<LogicalMonitor> layout, Optional<Integer> layoutMode) {
    static final String DISPLAY_CONFIG = "org.gnome.Mutter.DisplayConfig";
    static final String DISPLAY_CONFIG_PATH = "/org/gnome/Mutter/DisplayConfig";
    /** What Mutter calls the monitors of {@code RecordVirtual}. */
    private static final String REMOTE_PRODUCT = "Virtual remote monitor";
    /** The change lasts until monitors come or go, and is not written down by Mutter. */
    private static final int TEMPORARY = 1;

    /**
     * A connected monitor.
     *
     * @param mode   identity of its current mode; empty if it is off
     * @param scales that mode supports
     * @param sizes  of all its modes
     * @param keep   properties a change must repeat, or they would be reset
     */
    record Monitor(String connector, String product, String mode, List<Double> scales, Map<String, Size> sizes, Map<String, Variant> keep) {
        boolean remote() {
            return product.equals(REMOTE_PRODUCT);
        }
    }

    /** Pixels. */
    record Size(int width, int height) {
    }

    static DisplayState read(DBusConnection bus) {
        Message state = bus.call(MutterApi.CALL_LIMIT, DISPLAY_CONFIG, DISPLAY_CONFIG_PATH, DISPLAY_CONFIG, "GetCurrentState", "");
        try {
            List<Monitor> monitors = ((List<?>) state.body().get(1)).stream().map(m -> monitor((Struct) m)).toList();
            Map<String, String> modes = monitors.stream().collect(Collectors.toMap(Monitor::connector, Monitor::mode));
            List<LogicalMonitor> layout = ((List<?>) state.body().get(2)).stream().map(l -> logical((Struct) l, modes)).toList();
            Map<?, ?> properties = (Map<?, ?>) state.body().get(3);
            return new DisplayState((Integer) state.body().getFirst(), monitors, layout,
                    flag(properties, "supports-changing-layout-mode") ? Optional.of((Integer) ((Variant) properties.get("layout-mode")).value())
                            : Optional.empty());
        } catch (ClassCastException | IndexOutOfBoundsException | NullPointerException e) {
            throw new DBusException("Mutter tells its monitors in an unknown way: " + state.signature());
        }
    }

    private static Monitor monitor(Struct monitor) {
        Struct names = (Struct) monitor.get(0);
        Optional<Struct> current = ((List<?>) monitor.get(1)).stream().map(Struct.class::cast)
                .filter(m -> flag((Map<?, ?>) m.get(6), "is-current")).findFirst();
        Map<String, Size> sizes = new HashMap<>();
        ((List<?>) monitor.get(1)).stream().map(Struct.class::cast)
                .forEach(m -> sizes.put((String) m.get(0), new Size((Integer) m.get(1), (Integer) m.get(2))));
        Map<?, ?> properties = (Map<?, ?>) monitor.get(2);
        Map<String, Variant> keep = new HashMap<>();
        if (properties.get("is-underscanning") instanceof Variant underscanning) {
            keep.put("underscanning", underscanning);
        }
        if (properties.get("color-mode") instanceof Variant colour && !colour.value().equals(0)) {
            keep.put("color-mode", colour);
        }
        return new Monitor((String) names.get(0), (String) names.get(2), current.map(m -> (String) m.get(0)).orElse(""),
                current.map(m -> ((List<?>) m.get(5)).stream().map(Double.class::cast).toList()).orElse(List.of()), sizes, keep);
    }

    private static LogicalMonitor logical(Struct logical, Map<String, String> modes) {
        List<LogicalMonitor.Member> members = ((List<?>) logical.get(5)).stream().map(m -> (String) ((Struct) m).get(0))
                .map(connector -> new LogicalMonitor.Member(connector, modes.getOrDefault(connector, ""))).toList();
        return new LogicalMonitor((Integer) logical.get(0), (Integer) logical.get(1), (Double) logical.get(2), (Integer) logical.get(3),
                (Boolean) logical.get(4), members);
    }

    private static boolean flag(Map<?, ?> properties, String name) {
        return properties.get(name) instanceof Variant v && Boolean.TRUE.equals(v.value());
    }

    Set<String> connectors() {
        return monitors.stream().map(Monitor::connector).collect(Collectors.toSet());
    }

    Optional<Monitor> monitor(String connector) {
        return monitors.stream().filter(m -> m.connector().equals(connector)).findFirst();
    }

    /** The part of the layout that a monitor shows. */
    Optional<LogicalMonitor> shownBy(String connector) {
        return layout.stream().filter(l -> l.has(connector)).findFirst();
    }

    /** @throws DBusException if Mutter refuses, or has changed the layout meanwhile */
    void apply(DBusConnection bus, List<LogicalMonitor> wanted) {
        List<Struct> all = wanted.stream().map(l -> Struct.of(l.x(), l.y(), l.scale(), l.transform(), l.primary(),
                l.members().stream().map(m -> Struct.of(m.connector(), m.mode(),
                        monitor(m.connector()).map(Monitor::keep).orElse(Map.of()))).toList())).toList();
        Map<String, Variant> properties = layoutMode.map(mode -> Map.of("layout-mode", Variant.unsigned(mode))).orElse(Map.of());
        bus.call(MutterApi.CALL_LIMIT, DISPLAY_CONFIG, DISPLAY_CONFIG_PATH, DISPLAY_CONFIG, "ApplyMonitorsConfig", "uua(iiduba(ssa{sv}))a{sv}",
                serial, TEMPORARY, all, properties);
    }
}
