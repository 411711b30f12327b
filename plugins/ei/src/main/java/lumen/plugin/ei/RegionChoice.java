package lumen.plugin.ei;

import java.util.List;
import java.util.Optional;
import lumen.ei.EiRegion;
import lumen.spi.InputRoute;

/** Finds the display among the regions of an absolute device. */
final class RegionChoice {
    private RegionChoice() {
    }

    /** The region with the display's mapping id, else the one at its place, else the only one of its size, else the first. */
    static Optional<EiRegion> among(List<EiRegion> regions, InputRoute.Region display) {
        if (display.mappingId().isPresent()) {
            Optional<EiRegion> mapped = regions.stream().filter(r -> r.mappingId().equals(display.mappingId())).findFirst();
            if (mapped.isPresent()) {
                return mapped;
            }
        }
        List<EiRegion> sized = regions.stream().filter(r -> r.width() == display.width() && r.height() == display.height()).toList();
        Optional<EiRegion> placed = sized.stream().filter(r -> r.x() == display.x() && r.y() == display.y()).findFirst();
        if (placed.isPresent()) {
            return placed;
        }
        return sized.size() == 1 ? Optional.of(sized.getFirst()) : regions.stream().findFirst();
    }
}
