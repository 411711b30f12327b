package lumen.plugin.mutter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import lumen.plugin.mutter.DisplayState.Monitor;
import lumen.plugin.mutter.DisplayState.Size;
import lumen.plugin.mutter.LogicalMonitor.Member;
import lumen.spi.DisplayRequest.Placement;
import org.junit.jupiter.api.Test;

class LayoutsTest {
    private static final Monitor LAPTOP = monitor("eDP-1", "Panel", "1920x1080@60.000", 1920, 1080);
    private static final Monitor SCREEN = monitor("DP-2", "Screen", "2560x1440@144.000", 2560, 1440);
    private static final Monitor OWN = monitor("Meta-0", "Virtual remote monitor", "1600x900@60.000", 1600, 900);
    private static final Monitor OTHER = monitor("Meta-1", "Virtual remote monitor", "1280x720@60.000", 1280, 720);

    private static Monitor monitor(String connector, String product, String mode, int width, int height) {
        return new Monitor(connector, product, mode, List.of(1.0, 1.25, 2.0), Map.of(mode, new Size(width, height)), Map.of());
    }

    private static LogicalMonitor at(Monitor monitor, int x, int y, double scale, boolean primary) {
        return new LogicalMonitor(x, y, scale, 0, primary, List.of(new Member(monitor.connector(), monitor.mode())));
    }

    private static DisplayState state(LogicalMonitor... layout) {
        return new DisplayState(7, List.of(LAPTOP, SCREEN, OWN, OTHER), List.of(layout), Optional.of(1));
    }

    private static final DisplayState DESK = state(at(LAPTOP, 0, 360, 1, true), at(SCREEN, 1920, 0, 1, false), at(OWN, 4480, 0, 1, false));

    private static List<LogicalMonitor> placed(DisplayState state, Placement placement) {
        return Layouts.placed(state, "Meta-0", placement, OptionalDouble.empty(), Optional.empty());
    }

    @Test
    void shouldChangeNothingByDefault() {
        assertEquals(DESK.layout(), placed(DESK, Placement.EXTEND));
    }

    @Test
    void shouldMakeTheOwnMonitorPrimary() {
        assertEquals(List.of(at(LAPTOP, 0, 360, 1, false), at(SCREEN, 1920, 0, 1, false), at(OWN, 4480, 0, 1, true)), placed(DESK, Placement.PRIMARY));
    }

    @Test
    void shouldLeaveOnlySessionsMonitorsOn() {
        DisplayState two = state(at(LAPTOP, 0, 0, 1, true), at(OTHER, 1920, 0, 2, false), at(OWN, 2560, 0, 1, false));
        assertEquals(List.of(at(OTHER, 0, 0, 2, false), at(OWN, 640, 0, 1, true)), placed(two, Placement.ONLY));
        assertEquals(List.of(at(OWN, 0, 0, 1, true)), placed(DESK, Placement.ONLY));
    }

    @Test
    void shouldRestoreScaleIfTheMonitorHasItAndNobodyIsPushed() {
        assertEquals(1.25, scaled(DESK, 1.2500001));
        assertEquals(1, scaled(DESK, 1.5));
        assertEquals(1, scaled(state(at(OWN, 0, 0, 1, true), at(LAPTOP, 1600, 0, 1, false)), 1.25));
    }

    private static double scaled(DisplayState state, double scale) {
        return Layouts.placed(state, "Meta-0", Placement.EXTEND, OptionalDouble.of(scale), Optional.empty()).stream()
                .filter(l -> l.has("Meta-0")).findFirst().orElseThrow().scale();
    }

    @Test
    void shouldRestoreAPositionAndBeginAtTheOrigin() {
        List<LogicalMonitor> left = Layouts.placed(DESK, "Meta-0", Placement.EXTEND, OptionalDouble.empty(), Optional.of(new Layouts.Offset(-1600, -400)));
        assertEquals(List.of(at(LAPTOP, 1600, 400, 1, true), at(SCREEN, 3520, 40, 1, false), at(OWN, 0, 0, 1, false)), left);
        DisplayState alone = state(at(OWN, 0, 0, 1, true));
        assertEquals(alone.layout(), Layouts.placed(alone, "Meta-0", Placement.EXTEND, OptionalDouble.empty(), Optional.of(new Layouts.Offset(5, 5))));
    }

    @Test
    void shouldRestoreWhatIsLeftOfALayout() {
        List<LogicalMonitor> before = List.of(at(LAPTOP, 0, 360, 1, true), at(SCREEN, 1920, 0, 1, false));
        DisplayState now = state(at(OTHER, 0, 0, 1, true));
        assertEquals(List.of(at(LAPTOP, 0, 360, 1, true), at(SCREEN, 1920, 0, 1, false), at(OTHER, 4480, 0, 1, false)), Layouts.restored(now, before));
        DisplayState unplugged = new DisplayState(8, List.of(LAPTOP, OTHER), List.of(at(OTHER, 0, 0, 1, true)), Optional.of(1));
        assertEquals(List.of(at(LAPTOP, 0, 360, 1, true), at(OTHER, 1920, 0, 1, false)), Layouts.restored(unplugged, before));
        assertEquals(List.of(), Layouts.restored(new DisplayState(9, List.of(OTHER), List.of(at(OTHER, 0, 0, 1, true)), Optional.of(1)), before));
    }

    @Test
    void shouldSurviveTheJournal() {
        LogicalMonitor mirrored = new LogicalMonitor(-1, 2, 1.3333333730697632, 3, true,
                List.of(new Member("DP-1", "1920x1080@59.940"), new Member("HDMI-A-1", "1280x720@60.000")));
        List<LogicalMonitor> layout = List.of(mirrored, at(SCREEN, 5, 6, 1, false));
        assertEquals(layout, LogicalMonitor.parse(LogicalMonitor.details(layout)));
        assertEquals(List.of(), LogicalMonitor.parse(Map.of()));
        for (String wrong : List.of("", "1 2 3", "a 2 1 0 true DP-1 m", "1 2 1 0 true DP-1")) {
            assertThrows(IllegalArgumentException.class, () -> LogicalMonitor.parse(wrong), wrong);
        }
    }
}
