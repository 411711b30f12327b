package lumen.plugin.ei;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import lumen.ei.EiRegion;
import lumen.spi.InputRoute.Region;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class RegionChoiceTest {
    private static final EiRegion LEFT = region(0, 0, 1920, 1080, "left");
    private static final EiRegion RIGHT = region(1920, 0, 1920, 1080, "right");
    private static final EiRegion SMALL = region(3840, 0, 1280, 720, "small");
    private static final List<EiRegion> ALL = List.of(LEFT, RIGHT, SMALL);

    private static EiRegion region(int x, int y, int width, int height, String mapping) {
        return new EiRegion(x, y, width, height, 1, Optional.of(mapping));
    }

    private static Optional<EiRegion> choose(List<EiRegion> regions, String mapping, int x, int y, int width, int height) {
        return RegionChoice.among(regions, new Region(Optional.ofNullable(mapping), x, y, width, height));
    }

    @Test
    void theMappingDecidesThenThePlaceThenTheSize() {
        assertEquals(Optional.of(RIGHT), choose(ALL, "right", 0, 0, 1920, 1080));
        assertEquals(Optional.of(RIGHT), choose(ALL, "gone", 1920, 0, 1920, 1080));
        assertEquals(Optional.of(SMALL), choose(ALL, null, 7, 7, 1280, 720));
        assertEquals(Optional.of(LEFT), choose(ALL, null, 0, 0, 0, 0));
        assertEquals(Optional.empty(), choose(List.of(), "left", 0, 0, 1920, 1080));
    }

    @Test
    void aPartOfAWiderRegionIsTakenAsThatPart() {
        EiRegion world = region(0, 0, Integer.MAX_VALUE, Integer.MAX_VALUE, "world");
        EiRegion part = choose(List.of(world), null, 0, 0, 1367, 771).orElseThrow();
        assertEquals(List.of(0, 0, 1367, 771), List.of(part.x(), part.y(), part.width(), part.height()));
        assertEquals(Optional.of(SMALL), choose(List.of(SMALL), null, 0, 0, 1920, 1080), "outside of all there is the first");
    }

    @Property
    void aPositionIsWithinAndThePixelMeant(@ForAll @IntRange(min = 1, max = 16_384) int edge, @ForAll @IntRange(min = 0, max = 16_384) int at) {
        float position = TargetRegion.within(Math.min(at, edge), edge, edge);
        assertTrue(position >= 0 && position < edge, () -> position + " of " + edge);
        assertEquals(Math.min(at, edge - 1), (int) position);
    }

    @Property
    void anotherScaleEndsAtTheSameCorners(@ForAll @IntRange(min = 1, max = 16_384) int edge, @ForAll @IntRange(min = 1, max = 65_535) int of) {
        assertEquals(0, TargetRegion.within(0, of, edge));
        assertEquals(edge - 1, (int) TargetRegion.within(of, of, edge));
    }
}
