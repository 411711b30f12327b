package lumen.plugin.kwin;

import java.util.List;
import java.util.Optional;
import lumen.spi.DisplayMode;
import lumen.wayland.KdeProtocol;
import lumen.wayland.Proxy;

/**
 * Gives a virtual output the mode that is wanted of it. KWin makes one at 60 Hz and may then put back the mode it had at an
 * earlier visit. Other rates are custom modes, computed as for a monitor (CVT): their width is a multiple of 8 and their rate
 * that of a pixel clock in steps of 250 kHz. On the connection's thread.
 */
final class ModeFitting {
    /** Of low rates the clock is coarse: 30 Hz can be 29.839. */
    private static final double NEAR_ENOUGH = 0.01;

    private final KwinConnection connection;
    private final Proxy management;
    private final KwinOutput output;

    ModeFitting(KwinConnection connection, Proxy management, KwinOutput output) {
        this.connection = connection;
        this.management = management;
        this.output = output;
    }

    /** True if {@code mode} is of the size wanted and within 1 % of its rate. */
    static boolean fits(DisplayMode mode, DisplayMode wanted) {
        return sameSize(mode, wanted)
                && Math.abs(mode.refreshMilliHz() - wanted.refreshMilliHz()) <= wanted.refreshMilliHz() * NEAR_ENOUGH;
    }

    static boolean sameSize(DisplayMode mode, DisplayMode wanted) {
        return mode.width() == wanted.width() && mode.height() == wanted.height();
    }

    /**
     * Comes as near as KWin lets it: the size first, then the rate.
     *
     * @return what has kept it from fitting; empty if nothing has
     */
    Optional<String> fit(DisplayMode wanted) {
        if (shows(wanted)) {
            return Optional.empty();
        }
        Optional<String> problem = Optional.empty();
        if (output.nearest(wanted).flatMap(KwinOutput.Mode::mode).filter(m -> fits(m, wanted)).isEmpty()) {
            problem = customMode(wanted);
        }
        Optional<KwinOutput.Mode> nearest = output.nearest(wanted);
        if (nearest.isEmpty()) {
            return Optional.of(problem.orElse("KWin has made no mode of that size"));
        }
        DisplayMode target = nearest.get().mode().orElseThrow();
        if (!shows(target)) {
            Optional<String> refused = OutputChange.begin(connection, management).enable(output, true).upright(output)
                    .mode(output, nearest.get()).apply();
            if (refused.isPresent()) {
                return refused;
            }
            connection.await("switched output " + output.name() + " to " + target, () -> output.removed() || shows(target),
                    KwinConnection.ANSWER);
        }
        return fits(target, wanted) ? Optional.empty() : Optional.of(problem.orElse("KWin makes rates other than 60 Hz only for "
                + "widths that are multiples of 8"));
    }

    private Optional<String> customMode(DisplayMode wanted) {
        if (!output.takesCustomModes() || management.version() < KdeProtocol.CUSTOM_MODES_SINCE) {
            return Optional.of("this KWin has no custom modes for virtual outputs");
        }
        // The modes are announced before the change is answered.
        return OutputChange.begin(connection, management).customModes(output, List.of(wanted)).apply();
    }

    private boolean shows(DisplayMode wanted) {
        return output.enabled() && output.transform() == 0 && output.mode().filter(m -> fits(m, wanted)).isPresent();
    }
}
