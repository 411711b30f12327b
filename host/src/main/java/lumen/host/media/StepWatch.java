package lumen.host.media;

import java.util.List;
import lumen.spi.BackendException;
import lumen.spi.ImportSteps;

/** Knows which step of which frame an importer is at, and plays the failures rehearsed for it. Video thread only. */
final class StepWatch implements ImportSteps {
    private final List<RehearsedFault> faults;
    private long frame;
    private String step = "open";

    /** @param faults of this importer */
    StepWatch(List<RehearsedFault> faults) {
        this.faults = faults;
    }

    /** Another frame is imported. */
    void frame(long number) {
        frame = number;
    }

    @Override
    public void begin(String begun) {
        step = begun;
        for (int i = 0; i < faults.size(); i++) {
            RehearsedFault fault = faults.get(i);
            if (frame >= fault.frame() && fault.step().equals(begun)) {
                throw new BackendException("rehearsed failure");
            }
        }
    }

    /** Where it is, in words. */
    String position() {
        return "at step " + step + " of frame " + frame;
    }
}
