package lumen.plugin.kwin;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import lumen.spi.DisplayMode;
import lumen.wayland.EventArguments;
import lumen.wayland.KdeProtocol;
import lumen.wayland.Proxy;
import lumen.wayland.WaylandConnection;
import lumen.wayland.WaylandException;

/** An output as {@code kde_output_device_v2} describes it. On the connection's thread. */
final class KwinOutput {
    /** More than any monitor has. */
    private static final int MOST_MODES = 1024;
    private static final int FIXED_ONE = 256;

    private final WaylandConnection connection;
    private final List<Mode> modes = new ArrayList<>();
    private Proxy device;
    private String name = "";
    private boolean described;
    private boolean removed;
    private boolean enabled;
    private int capabilities;
    private int x;
    private int y;
    private int transform;
    private int scale256 = FIXED_ONE;
    private int current;

    /** One of its modes, filled in as events arrive. */
    static final class Mode {
        private Proxy proxy;
        private int width;
        private int height;
        private int refreshMilliHz;

        Proxy proxy() {
            return proxy;
        }

        Optional<DisplayMode> mode() {
            return width > 0 && height > 0 && refreshMilliHz > 0
                    ? Optional.of(new DisplayMode(width, height, refreshMilliHz)) : Optional.empty();
        }
    }

    KwinOutput(WaylandConnection connection) {
        this.connection = connection;
    }

    /** Says which object describes it. */
    void device(Proxy proxy) {
        device = proxy;
    }

    Proxy device() {
        return device;
    }

    void event(Proxy self, int opcode, EventArguments event) {
        switch (opcode) {
            case KdeProtocol.DEVICE_GEOMETRY -> {
                x = event.i32();
                y = event.i32();
                event.i32();
                event.i32();
                event.i32();
                event.string();
                event.string();
                transform = event.i32();
            }
            case KdeProtocol.DEVICE_CURRENT_MODE -> current = event.object();
            case KdeProtocol.DEVICE_MODE -> addMode(self, event.newId());
            case KdeProtocol.DEVICE_DONE -> described = true;
            case KdeProtocol.DEVICE_SCALE -> scale256 = Math.max(1, event.fixed());
            case KdeProtocol.DEVICE_ENABLED -> enabled = event.i32() != 0;
            case KdeProtocol.DEVICE_CAPABILITIES -> capabilities = event.u32();
            case KdeProtocol.DEVICE_NAME -> name = event.string();
            case KdeProtocol.DEVICE_REMOVED -> gone();
            default -> { }
        }
    }

    private void addMode(Proxy self, int id) {
        if (modes.size() >= MOST_MODES) {
            throw new WaylandException("output " + name + " has more than " + MOST_MODES + " modes");
        }
        Mode mode = new Mode();
        mode.proxy = connection.adopt(id, KdeProtocol.OUTPUT_MODE, self.version(), (proxy, opcode, event) -> {
            switch (opcode) {
                case KdeProtocol.MODE_SIZE -> {
                    mode.width = event.i32();
                    mode.height = event.i32();
                }
                case KdeProtocol.MODE_REFRESH -> mode.refreshMilliHz = event.i32();
                case KdeProtocol.MODE_REMOVED -> modes.remove(mode);
                default -> { }
            }
        });
        modes.add(mode);
    }

    /** The output has been unplugged. */
    void gone() {
        removed = true;
    }

    boolean removed() {
        return removed;
    }

    /** True once all that there is to tell has been told. */
    boolean described() {
        return described;
    }

    String name() {
        return name;
    }

    boolean enabled() {
        return enabled;
    }

    boolean takesCustomModes() {
        return (capabilities & KdeProtocol.CAPABILITY_CUSTOM_MODES) != 0;
    }

    /** {@code wl_output.transform}. */
    int transform() {
        return transform;
    }

    /** The mode of that size whose rate comes nearest. KWin counts custom rates in steps of a pixel clock: 120 Hz is 119.967. */
    Optional<Mode> nearest(DisplayMode wanted) {
        return modes.stream().filter(m -> m.width == wanted.width() && m.height == wanted.height() && m.refreshMilliHz > 0)
                .min(Comparator.comparingInt(m -> Math.abs(m.refreshMilliHz - wanted.refreshMilliHz())));
    }

    List<DisplayMode> modes() {
        return modes.stream().map(Mode::mode).flatMap(Optional::stream).toList();
    }

    /** What it shows now; empty while it is off. */
    Optional<DisplayMode> mode() {
        return modes.stream().filter(m -> m.proxy.id() == current).findFirst().flatMap(Mode::mode);
    }

    double scale() {
        return (double) scale256 / FIXED_ONE;
    }

    /** Where it lies in KWin's logical coordinates; empty while it is off. */
    Optional<Area> area() {
        boolean turned = (transform & 1) != 0;
        return mode().map(m -> new Area(x, y, (turned ? m.height() : m.width()) / scale(),
                (turned ? m.width() : m.height()) / scale(), scale()));
    }

    @Override
    public String toString() {
        return name + " " + mode().map(DisplayMode::toString).orElse("(no mode)") + (enabled ? "" : " (off)");
    }

    /** A rectangle in logical coordinates, and how many pixels one unit is. */
    record Area(double x, double y, double width, double height, double scale) {
        double centreX() {
            return x + width / 2;
        }

        double centreY() {
            return y + height / 2;
        }
    }
}
