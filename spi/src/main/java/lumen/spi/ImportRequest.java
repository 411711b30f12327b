package lumen.spi;

import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;

/**
 * What a session wants of an importer.
 *
 * @param mode         size and rate of the display; frames of another size may come all the same
 * @param renderDevice {@code dev_t} of the DRM device the compositor renders on, if it is known
 * @param kinds        what the session's encoder reads, its favourite first; never empty
 * @param bitDepth     bits of each colour in the stream: formats of that depth are offered first, deeper ones not at all
 * @param steps        to be told of each step
 */
public record ImportRequest(DisplayMode mode, OptionalLong renderDevice, List<FrameKind> kinds, int bitDepth,
                            ImportSteps steps) {
    public ImportRequest {
        Objects.requireNonNull(mode);
        Objects.requireNonNull(renderDevice);
        Objects.requireNonNull(steps);
        kinds = List.copyOf(kinds);
        if (kinds.isEmpty()) {
            throw new IllegalArgumentException("an encoder that reads nothing");
        }
    }
}
