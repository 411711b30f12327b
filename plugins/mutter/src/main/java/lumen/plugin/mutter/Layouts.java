package lumen.plugin.mutter;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import lumen.spi.DisplayRequest;

/** Computes layouts. Mutter wants them to touch, not to overlap, and to begin at 0,0. */
final class Layouts {
    private static final double SAME_SCALE = 0.01;

    /** Where a monitor lies beside another. */
    record Offset(int x, int y) {
    }

    private Layouts() {
    }

    /**
     * The layout with a monitor where a session wants it.
     *
     * @param own       connector of the session's monitor, which is in the layout
     * @param scale     what its client had last
     * @param offset    from {@link #anchor}, where its client had it last
     */
    static List<LogicalMonitor> placed(DisplayState state, String own, DisplayRequest.Placement placement, OptionalDouble scale,
                                       Optional<Offset> offset) {
        List<LogicalMonitor> layout = new ArrayList<>();
        for (LogicalMonitor logical : state.layout()) {
            if (logical.has(own)) {
                LogicalMonitor mine = placement == DisplayRequest.Placement.EXTEND ? logical : logical.primary(true);
                OptionalDouble supported = scale.isPresent() ? supported(state, own, scale.getAsDouble()) : OptionalDouble.empty();
                layout.add(supported.isPresent() && (rightmost(state, own) || placement == DisplayRequest.Placement.ONLY)
                        ? mine.scaled(supported.getAsDouble()) : mine);
            } else if (placement != DisplayRequest.Placement.ONLY || ofSessions(state, logical)) {
                layout.add(placement == DisplayRequest.Placement.EXTEND ? logical : logical.primary(false));
            }
        }
        if (placement == DisplayRequest.Placement.ONLY) {
            return row(state, layout);
        }
        return offset.flatMap(o -> anchor(state.layout(), own).map(a -> moved(layout, own, a, o))).orElse(layout);
    }

    /** All monitors of it are other sessions': they stay on whatever happens. */
    private static boolean ofSessions(DisplayState state, LogicalMonitor logical) {
        return logical.members().stream().allMatch(m -> state.monitor(m.connector()).filter(DisplayState.Monitor::remote).isPresent());
    }

    private static OptionalDouble supported(DisplayState state, String own, double scale) {
        return state.monitor(own).stream().flatMap(m -> m.scales().stream()).mapToDouble(Double::doubleValue)
                .filter(s -> Math.abs(s - scale) < SAME_SCALE).findFirst();
    }

    /** A change of its size moves nobody. */
    private static boolean rightmost(DisplayState state, String own) {
        int x = state.shownBy(own).map(LogicalMonitor::x).orElse(0);
        return state.layout().stream().noneMatch(l -> !l.has(own) && l.x() >= x);
    }

    private static List<LogicalMonitor> row(DisplayState state, List<LogicalMonitor> layout) {
        List<LogicalMonitor> row = new ArrayList<>();
        int x = 0;
        for (LogicalMonitor logical : layout) {
            row.add(logical.at(x, 0));
            x += width(state, logical);
        }
        return row;
    }

    /** In the layout's coordinates, which are pixels in the physical layout mode. */
    private static int width(DisplayState state, LogicalMonitor logical) {
        LogicalMonitor.Member member = logical.members().getFirst();
        DisplayState.Size size = state.monitor(member.connector()).map(m -> m.sizes().get(member.mode())).orElse(new DisplayState.Size(0, 0));
        int pixels = logical.transform() % 2 == 0 ? size.width() : size.height();
        boolean physical = state.layoutMode().filter(mode -> mode == 2).isPresent();
        return physical ? pixels : (int) Math.round(pixels / logical.scale());
    }

    /** What positions refer to: the primary part of the layout, or the first, that is another's. */
    static Optional<LogicalMonitor> anchor(List<LogicalMonitor> layout, String own) {
        List<LogicalMonitor> others = layout.stream().filter(l -> !l.has(own)).toList();
        return others.stream().filter(LogicalMonitor::primary).findFirst().or(() -> others.stream().findFirst());
    }

    private static List<LogicalMonitor> moved(List<LogicalMonitor> layout, String own, LogicalMonitor anchor, Offset offset) {
        List<LogicalMonitor> all = layout.stream().map(l -> l.has(own) ? l.at(anchor.x() + offset.x(), anchor.y() + offset.y()) : l).toList();
        int left = all.stream().mapToInt(LogicalMonitor::x).min().orElse(0);
        int top = all.stream().mapToInt(LogicalMonitor::y).min().orElse(0);
        return all.stream().map(l -> l.at(l.x() - left, l.y() - top)).toList();
    }

    /**
     * The user's layout as it was before a session: what of it still exists, and to its right what has come since.
     * Empty if nothing of it exists.
     */
    static List<LogicalMonitor> restored(DisplayState state, List<LogicalMonitor> before) {
        Set<String> there = state.connectors();
        List<LogicalMonitor> layout = new ArrayList<>(before.stream()
                .filter(l -> l.members().stream().allMatch(m -> there.contains(m.connector()))).toList());
        if (layout.isEmpty() || layout.stream().noneMatch(LogicalMonitor::primary)) {
            return List.of();
        }
        Set<String> placed = new HashSet<>();
        layout.forEach(l -> l.members().forEach(m -> placed.add(m.connector())));
        List<LogicalMonitor> since = state.layout().stream().filter(l -> l.members().stream().noneMatch(m -> placed.contains(m.connector()))).toList();
        int x = layout.stream().mapToInt(l -> l.x() + width(state, l)).max().orElse(0);
        for (LogicalMonitor logical : since) {
            layout.add(logical.at(x, 0).primary(false));
            x += width(state, logical);
        }
        return layout;
    }
}
