package lumen.plugin.ei;

import java.util.ArrayList;
import java.util.List;
import lumen.ei.EiConnection;
import lumen.ei.EiDevice;
import lumen.ei.EiInterface;
import lumen.ei.EiRegion;
import lumen.spi.DisplayMode;
import lumen.spi.InputRoute;

/** Where the display lies on the absolute devices of a server, found anew when those change. Confined to one thread. */
final class TargetRegion {
    private EiConnection connection;
    private long generation;
    private EiDevice device;
    private EiRegion region;

    /** False if there is no absolute device now. */
    boolean find(EiConnection current, InputRoute.Region display, DisplayMode mode) {
        long now = current.generation();
        if (current != connection || now != generation) {
            connection = current;
            generation = now;
            search(current.usable().stream().filter(d -> d.has(EiInterface.POINTER_ABSOLUTE)).toList(), display, mode);
        }
        return device != null;
    }

    private void search(List<EiDevice> devices, InputRoute.Region display, DisplayMode mode) {
        List<EiRegion> regions = new ArrayList<>();
        devices.forEach(d -> regions.addAll(d.regions()));
        region = RegionChoice.among(regions, display)
                .orElseGet(() -> new EiRegion(display.x(), display.y(), mode.width(), mode.height(), 1, display.mappingId()));
        device = devices.stream().filter(d -> d.regions().stream().anyMatch(r -> RegionChoice.holds(r, region))).findFirst()
                .orElse(devices.isEmpty() ? null : devices.getFirst());
    }

    /** Takes the display's coordinates. */
    EiDevice device() {
        return device;
    }

    /** {@code at/of} of the display in the server's logical pixels. */
    float x(int at, int of) {
        return region.x() + within(at, of, region.width());
    }

    float y(int at, int of) {
        return region.y() + within(at, of, region.height());
    }

    /** The last position is still inside: a region ends before its right edge. */
    static float within(int at, int of, int edge) {
        return Math.clamp((float) ((double) at * edge / Math.max(1, of)), 0, edge - 0.01f);
    }
}
