package lumen.ei;

import java.util.Optional;

/**
 * A part of the desktop that an absolute device reaches, in the compositor's logical coordinates.
 *
 * @param mappingId what ties it to a screencast stream, if anything
 * @param scale     physical pixels for each logical one
 */
public record EiRegion(int x, int y, int width, int height, float scale, Optional<String> mappingId) {
}
