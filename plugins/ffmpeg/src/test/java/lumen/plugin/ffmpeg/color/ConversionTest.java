package lumen.plugin.ffmpeg.color;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import lumen.spi.ColorInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ConversionTest {

    static Stream<ColorInfo> colors() {
        return Stream.of(ColorInfo.Matrix.values())
                .flatMap(m -> Stream.of(new ColorInfo(m, false), new ColorInfo(m, true)));
    }

    static boolean wideVectors() {
        return VectorKernel.supported();
    }

    @EnabledIf("wideVectors")
    @ParameterizedTest
    @MethodSource("colors")
    void shouldConvertByVectorsToTheBytesOfTheScalarKernelAtEveryWidth(ColorInfo color) {
        var random = new SplittableRandom(7);
        for (int width = 1; width <= 83; width++) {
            for (boolean redFirst : new boolean[] {false, true}) {
                long seed = random.nextLong();
                assertArrayEquals(convert(new ScalarKernel(), color, redFirst, width, seed),
                        convert(new VectorKernel(), color, redFirst, width, seed), "width " + width);
            }
        }
    }

    /** Both luma rows and the chroma row, each with a guard behind it that must stay as it is. */
    private static byte[] convert(Nv12Kernel kernel, ColorInfo color, boolean redFirst, int width, long seed) {
        int row = (width + 1 & ~1) + 64;
        try (var arena = Arena.ofConfined()) {
            MemorySegment source = arena.allocate(8L * width);
            var random = new SplittableRandom(seed);
            for (int i = 0; i < 2 * width; i++) {
                // Extremes are where sums overflow and clamps matter.
                int pixel = random.nextInt(3) == 0 ? extreme(random) : random.nextInt();
                source.setAtIndex(ValueLayout.JAVA_INT_UNALIGNED, i, pixel);
            }
            MemorySegment target = arena.allocate(3L * row).fill((byte) 0x5A);
            long at = target.address();
            kernel.rowPair(source.address(), source.address() + 4L * width, redFirst, width, at, at + row,
                    at + 2L * row, Coefficients.of(color));
            for (int r = 0; r < 3; r++) {
                for (int i = row - 64; i < row; i++) {
                    assertEquals(0x5A, target.get(ValueLayout.JAVA_BYTE, (long) r * row + i), "written past the row");
                }
            }
            return target.toArray(ValueLayout.JAVA_BYTE);
        }
    }

    private static int extreme(SplittableRandom random) {
        int pixel = 0;
        for (int i = 0; i < 4; i++) {
            pixel = pixel << 8 | (random.nextBoolean() ? 0xFF : 0);
        }
        return pixel;
    }

    @ParameterizedTest
    @MethodSource("colors")
    void shouldStayWithinOneCodeOfTheRecommendationsFormulas(ColorInfo color) {
        double kr = switch (color.matrix()) {
            case BT601 -> 0.299;
            case BT709 -> 0.2126;
            case BT2020 -> 0.2627;
        };
        double kb = switch (color.matrix()) {
            case BT601 -> 0.114;
            case BT709 -> 0.0722;
            case BT2020 -> 0.0593;
        };
        double lumaSpan = color.fullRange() ? 255 : 219;
        double chromaSpan = color.fullRange() ? 255 : 224;
        double black = color.fullRange() ? 0 : 16;
        for (int red = 0; red <= 255; red += 15) {
            for (int green = 0; green <= 255; green += 15) {
                for (int blue = 0; blue <= 255; blue += 15) {
                    byte[] out = pixel(color, red, green, blue);
                    double y = (kr * red + (1 - kr - kb) * green + kb * blue) / 255;
                    assertEquals(black + lumaSpan * y, out[0] & 0xFF, 0.51);
                    assertEquals(Math.min(255, 128 + chromaSpan * (blue / 255.0 - y) / (2 * (1 - kb))),
                            out[1] & 0xFF, 0.51);
                    assertEquals(Math.min(255, 128 + chromaSpan * (red / 255.0 - y) / (2 * (1 - kr))),
                            out[2] & 0xFF, 0.51);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("colors")
    void shouldMapGreysToNeutralChromaAndWhiteToTheTopCode(ColorInfo color) {
        for (int grey = 0; grey <= 255; grey++) {
            byte[] out = pixel(color, grey, grey, grey);
            assertEquals(128, out[1] & 0xFF);
            assertEquals(128, out[2] & 0xFF);
        }
        assertEquals(color.fullRange() ? 255 : 235, pixel(color, 255, 255, 255)[0] & 0xFF);
        assertEquals(color.fullRange() ? 0 : 16, pixel(color, 0, 0, 0)[0] & 0xFF);
    }

    @ParameterizedTest
    @MethodSource("colors")
    void shouldHaveWeightsForTenBitsThatKeepGreysNeutralAndFollowTheFormula(ColorInfo color) {
        Coefficients c = Coefficients.of(color, 10);
        FloatWeights w = FloatWeights.of(color, 10, 10);
        for (int grey = 0; grey <= 1023; grey++) {
            assertEquals(512, (c.ur() + c.ug() + c.ub()) * 4 * grey + c.cOffset() >> 18);
            assertEquals(512, (c.vr() + c.vg() + c.vb()) * 4 * grey + c.cOffset() >> 18);
            assertEquals((w.yr() + w.yg() + w.yb()) * grey + w.yOffset(), (c.yr() + c.yg() + c.yb()) * grey + c.yOffset() >> 16, 0.52);
        }
        assertEquals(color.fullRange() ? 1023 : 940, (c.yr() + c.yg() + c.yb()) * 1023 + c.yOffset() >> 16);
        assertEquals(color.fullRange() ? 0 : 64, c.yOffset() >> 16);
        int[] blue = {c.yb() * 1023 + c.yOffset() >> 16, Math.min(1023, c.ub() * 4092 + c.cOffset() >> 18), c.vb() * 4092 + c.cOffset() >> 18};
        assertEquals(w.yb() * 1023 + w.yOffset(), blue[0], 0.52);
        assertEquals(Math.min(1023, w.ub() * 1023 + w.cOffset()), blue[1], 0.52);
        assertEquals(w.vb() * 1023 + w.cOffset(), blue[2], 0.52);
    }

    /** Y, U and V of a flat colour. */
    private static byte[] pixel(ColorInfo color, int red, int green, int blue) {
        try (var arena = Arena.ofConfined()) {
            MemorySegment source = arena.allocateFrom(ValueLayout.JAVA_INT, red << 16 | green << 8 | blue);
            MemorySegment target = arena.allocate(6);
            long at = target.address();
            new ScalarKernel().rowPair(source.address(), source.address(), false, 1, at, at + 2, at + 4,
                    Coefficients.of(color));
            return new byte[] {target.get(ValueLayout.JAVA_BYTE, 0), target.get(ValueLayout.JAVA_BYTE, 4),
                target.get(ValueLayout.JAVA_BYTE, 5)};
        }
    }

    @Test
    @EnabledIf("wideVectors")
    void shouldAnswerByTheScalarKernelUntilTheVectorKernelIsWarm() throws InterruptedException {
        assertTrue(Nv12Converter.kernel() instanceof ScalarKernel || Nv12Converter.kernel() instanceof VectorKernel);
        Nv12Converter.warm();
        Nv12Converter.awaitWarm();
        assertTrue(Nv12Converter.kernel() instanceof VectorKernel);
        assertEquals(Nv12Converter.best(), Nv12Converter.kernel().description());
    }
}
