package lumen.spi;

import java.util.List;
import java.util.Objects;

/**
 * How thorough a trial shall be.
 *
 * @param host    as in {@link Provider#probe}
 * @param sizes   pictures to try, at least one
 * @param frames  frames to time at each size after a warm-up; 0: right or wrong is all that is asked
 * @param seconds when to give up; what wasn't tried by then counts as skipped
 */
public record Trial(HostContext host, List<Size> sizes, int frames, int seconds) {
    public Trial {
        Objects.requireNonNull(host);
        sizes = List.copyOf(sizes);
        if (sizes.isEmpty() || frames < 0 || seconds < 1) {
            throw new IllegalArgumentException("a trial of " + sizes.size() + " sizes, " + frames + " frames, " + seconds + " s");
        }
    }

    /**
     * A picture's size.
     *
     * @param width  in pixels
     * @param height in pixels
     */
    public record Size(int width, int height) {
    }
}
