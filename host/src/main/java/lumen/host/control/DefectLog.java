package lumen.host.control;

import java.util.Map;
import lumen.core.metrics.EventCounters;

/**
 * What went wrong at the server: counted always, logged the first time of each kind. Server thread only, but for
 * {@link #report()}.
 */
final class DefectLog {
    private static final System.Logger LOG = System.getLogger(ControlServer.class.getName());

    private final EventCounters<ControlDefect> counters = new EventCounters<>(ControlDefect.class);

    void count(ControlDefect defect) {
        counters.count(defect);
    }

    void failed(ControlDefect defect, String what, Exception e) {
        counters.count(defect);
        if (counters.get(defect) == 1) {
            LOG.log(System.Logger.Level.WARNING, what + " (further ones are only counted)", e);
        }
    }

    /** Counts by reason. Any thread. */
    Map<String, Long> report() {
        return counters.report();
    }
}
