package lumen.plugin.ei;

import java.util.List;
import java.util.Optional;
import lumen.ei.EiRegion;
import lumen.spi.InputRoute;

/** Finds the display among the regions of an absolute device. */
final class RegionChoice {
    private RegionChoice() {
    }

    /**
     * The region with the display's mapping id, else the one at its place, else the only one of its size, else its part of
     * one that holds it (gamescope tells one of 2³¹−1 pixels and takes those of its picture), else the first.
     */
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
        if (sized.size() == 1) {
            return Optional.of(sized.getFirst());
        }
        EiRegion whole = new EiRegion(display.x(), display.y(), display.width(), display.height(), 1, display.mappingId());
        return regions.stream().filter(r -> display.width() > 0 && holds(r, whole)).findFirst().map(r -> whole)
                .or(() -> regions.stream().findFirst());
    }

    /** True if a region has all of another. */
    static boolean holds(EiRegion region, EiRegion part) {
        return part.x() >= region.x() && part.y() >= region.y()
                && (long) part.x() + part.width() <= (long) region.x() + region.width()
                && (long) part.y() + part.height() <= (long) region.y() + region.height();
    }
}
