package lumen.plugin.ffmpeg;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import lumen.spi.AccessUnitSink;
import lumen.spi.BackendException;
import lumen.spi.ColorInfo;
import lumen.spi.DisplayMode;
import lumen.spi.EncoderSettings;
import lumen.spi.PixelFormat;
import lumen.spi.VideoCodec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class X264EncoderTest {
    private static final ColorInfo LIMITED_709 = new ColorInfo(ColorInfo.Matrix.BT709, false);

    /** Keeps what it is given: the memory is valid during the call only. */
    private static final class Kept implements AccessUnitSink {
        final List<byte[]> units = new ArrayList<>();
        final List<Boolean> idr = new ArrayList<>();

        @Override
        public void accept(java.lang.foreign.MemorySegment data, boolean idr) {
            units.add(data.toArray(ValueLayout.JAVA_BYTE));
            this.idr.add(idr);
        }

        byte[] last() {
            return units.getLast();
        }
    }

    private static EncoderSettings settings(int width, int height, int kbps, int slices, int references,
                                            ColorInfo color) {
        return new EncoderSettings(VideoCodec.H264, DisplayMode.of(width, height, 60), kbps, slices, references, color);
    }

    private static FFmpegEncoder open(EncoderSettings settings) {
        return X264.open(settings, "superfast");
    }

    @ParameterizedTest
    @CsvSource({"1280,720", "640,360", "320,240", "176,144", "33,17", "641,361", "17,33", "16,16", "2,2", "1,1"})
    void shouldGiveOneDecodableAccessUnitForEachFrame(int width, int height) {
        var kept = new Kept();
        try (var arena = Arena.ofConfined(); var encoder = open(settings(width, height, 8000, 1, 0, LIMITED_709));
             var decoder = new Decoder()) {
            var frame = new TestFrame(arena, PixelFormat.XRGB8888, width, height);
            for (int i = 0; i < 30; i++) {
                encoder.encode(frame.draw(i), false, kept);
                assertEquals(i + 1, kept.units.size());
                var picture = decoder.decode(kept.last()).orElseThrow(() -> new AssertionError("no picture at once"));
                assertEquals(width + 1 & ~1, picture.width());
                assertEquals(height + 1 & ~1, picture.height());
                double psnr = lumaPsnr(picture, frame);
                assertTrue(psnr > 32, "frame " + i + ": " + psnr + " dB");
            }
        }
    }

    /** Against BT.709 limited range in floating point. */
    private static double lumaPsnr(Decoder.Decoded picture, TestFrame frame) {
        double sum = 0;
        for (int y = 0; y < picture.height(); y++) {
            for (int x = 0; x < picture.width(); x++) {
                int column = Math.min(x, frame.width() - 1);
                int row = Math.min(y, frame.height() - 1);
                int pixel = frame.pixels().get(ValueLayout.JAVA_INT_UNALIGNED,
                        (long) row * frame.stride() + 4L * column);
                double luma = 16 + 219 / 255.0 * (0.2126 * (pixel >> 16 & 255) + 0.7152 * (pixel >> 8 & 255)
                        + 0.0722 * (pixel & 255));
                double error = luma - (picture.y()[y * picture.width() + x] & 0xFF);
                sum += error * error;
            }
        }
        return 10 * Math.log10(255 * 255 / Math.max(1e-9, sum / (picture.width() * (double) picture.height())));
    }

    @Test
    void shouldMakeAnIdrFirstAndOnRequestAndAtNoOtherTime() {
        var kept = new Kept();
        try (var arena = Arena.ofConfined(); var encoder = open(settings(320, 240, 2000, 1, 0, LIMITED_709))) {
            var frame = new TestFrame(arena, PixelFormat.XRGB8888, 320, 240);
            for (int i = 0; i < 400; i++) {
                // A new scene now and then would tempt x264 to insert one.
                encoder.encode(i % 50 == 49 ? frame.noise(i) : frame.draw(i), i == 100 || i == 101, kept);
            }
            encoder.repeat(true, kept);
            encoder.repeat(false, kept);
        }
        var expected = List.of(0, 100, 101, 400);
        assertEquals(expected, IntStream.range(0, 402).filter(kept.idr::get).boxed().toList());
        for (int i = 0; i < kept.units.size(); i++) {
            var types = AnnexB.types(kept.units.get(i));
            assertEquals(expected.contains(i) ? List.of(7, 8, 5) : List.of(1), types, "frame " + i);
        }
    }

    @ParameterizedTest
    @CsvSource({"640,360,1", "640,360,2", "640,360,3", "640,360,4", "640,360,8", "64,64,4", "320,96,4", "1280,720,4"})
    void shouldCutEachFrameIntoTheSlicesAskedFor(int width, int height, int slices) {
        var kept = new Kept();
        try (var arena = Arena.ofConfined();
             var encoder = open(settings(width, height, 5000, slices, 0, LIMITED_709))) {
            var frame = new TestFrame(arena, PixelFormat.XRGB8888, width, height);
            for (int i = 0; i < 10; i++) {
                encoder.encode(frame.draw(i), i == 5, kept);
                assertEquals(slices, AnnexB.slices(kept.last()), "frame " + i);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void shouldPutTheFirstSliceOfAnIdrIntoTheFirstPacket(int slices) {
        var kept = new Kept();
        try (var arena = Arena.ofConfined();
             var encoder = open(settings(1280, 720, 20_000, slices, 0, LIMITED_709))) {
            encoder.encode(new TestFrame(arena, PixelFormat.XRGB8888, 1280, 720).draw(0), false, kept);
        }
        var nals = AnnexB.split(kept.last());
        assertEquals(List.of(7, 8, 5), AnnexB.types(kept.last()).subList(0, 3));
        assertEquals(0, kept.last()[0]);
        // No messages between the parameter sets and the slice: a few dozen bytes, far below one packet.
        assertTrue(nals.get(2).offset() < 100, "the slice starts at " + nals.get(2).offset());
    }

    @ParameterizedTest
    @EnumSource(ColorInfo.Matrix.class)
    void shouldDescribeColourAndOrderInTheParameterSets(ColorInfo.Matrix matrix) {
        for (boolean full : new boolean[] {false, true}) {
            var kept = new Kept();
            try (var arena = Arena.ofConfined();
                 var encoder = open(settings(320, 240, 2000, 1, 0, new ColorInfo(matrix, full)))) {
                encoder.encode(new TestFrame(arena, PixelFormat.XRGB8888, 320, 240).draw(0), false, kept);
            }
            var sps = new SequenceParameterSet(AnnexB.payload(kept.last(), 7));
            // ITU-T H.273 numbers.
            List<Integer> expected = switch (matrix) {
                case BT601 -> List.of(6, 6, 6);
                case BT709 -> List.of(1, 1, 1);
                case BT2020 -> List.of(9, 14, 9);
            };
            assertEquals(expected, List.of(sps.primaries, sps.transfer, sps.matrix));
            assertEquals(full, sps.fullRange);
            assertEquals(0, sps.reorderFrames);
            assertEquals(1, sps.references);
            assertEquals(1, sps.decoderBuffer);
            assertEquals(List.of(320, 240), List.of(sps.width, sps.height));
        }
    }

    @ParameterizedTest
    @CsvSource({"0,1", "1,1", "2,2", "4,4", "16,4"})
    void shouldUseNoMoreReferenceFramesThanAllowed(int asked, int used) {
        var kept = new Kept();
        try (var arena = Arena.ofConfined(); var encoder = open(settings(320, 240, 2000, 1, asked, LIMITED_709))) {
            encoder.encode(new TestFrame(arena, PixelFormat.XRGB8888, 320, 240).draw(0), false, kept);
        }
        var sps = new SequenceParameterSet(AnnexB.payload(kept.last(), 7));
        assertEquals(used, sps.references);
        assertEquals(used, sps.decoderBuffer);
        assertEquals(0, sps.reorderFrames);
    }

    @Test
    void shouldFollowANewBitrateWithoutAnIdr() {
        var kept = new Kept();
        try (var arena = Arena.ofConfined(); var encoder = open(settings(640, 360, 8000, 1, 0, LIMITED_709))) {
            var frame = new TestFrame(arena, PixelFormat.XRGB8888, 640, 360);
            for (int i = 0; i < 360; i++) {
                if (i == 120) {
                    assertTrue(encoder.bitrate(4000));
                } else if (i == 240) {
                    assertTrue(encoder.bitrate(12_000));
                }
                // Noise costs what it is given.
                encoder.encode(frame.noise(i), false, kept);
            }
        }
        assertEquals(1, kept.idr.stream().filter(b -> b).count());
        // Every half second, those right after a change included.
        for (int from = 0; from < 360; from += 30) {
            int cap = from < 120 ? 8000 : from < 240 ? 4000 : 12_000;
            // What the buffer model and the padding of access units let through on top.
            double slack = DecoderBuffer.bits(cap, 60_000) / 500.0 + AccessUnitBuffer.STEP * 8 * 60 / 1000.0;
            double spent = kbps(kept, from, from + 30);
            assertTrue(spent <= cap + slack && spent >= 0.85 * cap, spent + " kbps of " + cap + " from frame " + from);
        }
    }

    @Test
    void shouldSpendTheBitrateOnMotionTooHardForIt() {
        var kept = new Kept();
        try (var arena = Arena.ofConfined(); var encoder = open(settings(640, 360, 4000, 1, 0, LIMITED_709))) {
            var frames = new TestFrame[12];
            for (int i = 0; i < frames.length; i++) {
                frames[i] = new TestFrame(arena, PixelFormat.XRGB8888, 640, 360).squares(i);
            }
            for (int i = 0; i < 180; i++) {
                encoder.encode(frames[i % frames.length], false, kept);
            }
        }
        double spent = kbps(kept, 60, 180);
        assertTrue(spent > 0.85 * 4000 && spent < 1.02 * 4000, spent + " kbps of 4000");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ultrafast", "superfast"})
    void shouldSharpenADetailedStillPicture(String preset) {
        var kept = new Kept();
        try (var arena = Arena.ofConfined();
             var encoder = X264.open(settings(1280, 720, 10_000, 1, 0, LIMITED_709), preset);
             var decoder = new Decoder()) {
            var frame = new TestFrame(arena, PixelFormat.XRGB8888, 1280, 720).grain();
            double psnr = 0;
            for (int i = 0; i < 180; i++) {
                encoder.encode(frame, false, kept);
                psnr = lumaPsnr(decoder.decode(kept.last()).orElseThrow(), frame);
            }
            assertTrue(psnr > 40, psnr + " dB after three seconds");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldKeepIdrFramesNearTheShareOfAFrame(boolean noise) {
        var kept = new Kept();
        try (var arena = Arena.ofConfined(); var encoder = open(settings(640, 360, 6000, 1, 0, LIMITED_709))) {
            var frame = new TestFrame(arena, PixelFormat.XRGB8888, 640, 360);
            for (int i = 0; i < 60; i++) {
                encoder.encode(noise ? frame.noise(i) : frame.squares(i % 12), i == 40, kept);
            }
        }
        int share = 6_000_000 / 8 / 60;
        for (int idr : new int[] {0, 40}) {
            assertTrue(kept.idr.get(idr));
            int length = kept.units.get(idr).length;
            assertTrue(length <= 1.5 * share + AccessUnitBuffer.STEP, "IDR " + idr + ": " + length + " bytes, share " + share);
        }
    }

    private static double kbps(Kept kept, int from, int to) {
        long bytes = kept.units.subList(from, to).stream().mapToLong(u -> u.length).sum();
        return bytes * 8.0 * 60 / (to - from) / 1000;
    }

    @Test
    void shouldKeepFramesWithinTheDecoderBuffer() {
        var kept = new Kept();
        try (var arena = Arena.ofConfined(); var encoder = open(settings(640, 360, 6000, 1, 0, LIMITED_709))) {
            var frame = new TestFrame(arena, PixelFormat.XRGB8888, 640, 360);
            for (int i = 0; i < 120; i++) {
                encoder.encode(i % 30 < 15 ? frame.draw(i) : frame.noise(i), i == 60, kept);
            }
        }
        int vbvBytes = DecoderBuffer.bits(6000, 60_000) / 8;
        int largest = kept.units.stream().mapToInt(u -> u.length).max().orElseThrow();
        assertTrue(largest <= vbvBytes * 1.1 + AccessUnitBuffer.STEP, largest + " bytes against " + vbvBytes);
    }

    @ParameterizedTest
    @CsvSource({"1280,720,640,360", "320,180,640,360", "639,359,640,360", "641,361,640,360"})
    void shouldScaleFramesOfAnotherSize(int width, int height, int streamWidth, int streamHeight) {
        for (PixelFormat format : PixelFormat.values()) {
            var kept = new Kept();
            try (var arena = Arena.ofConfined();
                 var encoder = open(settings(streamWidth, streamHeight, 8000, 1, 0, LIMITED_709));
                 var decoder = new Decoder()) {
                encoder.encode(new TestFrame(arena, format, width, height).fill(200, 100, 50), false, kept);
                assertFlat(decoder.decode(kept.last()).orElseThrow(), 200, 100, 50);
                encoder.encode(new TestFrame(arena, format, streamWidth, streamHeight).fill(20, 90, 220), false, kept);
                assertFlat(decoder.decode(kept.last()).orElseThrow(), 20, 90, 220);
            }
        }
    }

    private static void assertFlat(Decoder.Decoded picture, int red, int green, int blue) {
        double luma = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
        assertEquals(16 + 219 * luma / 255, mean(picture.y()), 2);
        assertEquals(128 + 224 * (blue - luma) / 255 / 1.8556, mean(picture.u()), 2);
        assertEquals(128 + 224 * (red - luma) / 255 / 1.5748, mean(picture.v()), 2);
    }

    private static double mean(byte[] plane) {
        return IntStream.range(0, plane.length).map(i -> plane[i] & 0xFF).average().orElseThrow();
    }

    @Test
    void shouldRepeatTheLastFrameAsASmallDecodableUnit() {
        var kept = new Kept();
        try (var arena = Arena.ofConfined(); var encoder = open(settings(640, 360, 8000, 1, 0, LIMITED_709));
             var decoder = new Decoder()) {
            var frame = new TestFrame(arena, PixelFormat.XRGB8888, 640, 360).draw(3);
            encoder.encode(frame, false, kept);
            decoder.decode(kept.last()).orElseThrow();
            for (int i = 0; i < 60; i++) {
                encoder.repeat(false, kept);
                assertTrue(lumaPsnr(decoder.decode(kept.last()).orElseThrow(), frame) > 35);
            }
            assertTrue(kept.last().length < 1000, "a still picture costs " + kept.last().length + " bytes");
        }
    }

    @Test
    void shouldRefuseMisuseByTypedExceptions() {
        AccessUnitSink none = (data, idr) -> {
            throw new AssertionError("nothing was encoded");
        };
        var encoder = open(settings(320, 240, 2000, 1, 0, LIMITED_709));
        try (var arena = Arena.ofConfined()) {
            assertThrows(IllegalStateException.class, () -> encoder.repeat(false, none));
            assertThrows(IllegalArgumentException.class, () -> encoder.bitrate(0));
            var gone = new TestFrame(Arena.global(), PixelFormat.XRGB8888, 8, 8) {
                @Override
                public int height() {
                    return 9;
                }
            };
            assertThrows(BackendException.class, () -> encoder.encode(gone, false, none));
            var frame = new TestFrame(arena, PixelFormat.XRGB8888, 320, 240);
            encoder.close();
            encoder.close();
            assertThrows(IllegalStateException.class, () -> encoder.encode(frame, false, none));
            assertThrows(IllegalStateException.class, () -> encoder.bitrate(1000));
        }
    }

    @Test
    void shouldRefuseAFrameWhoseMemoryIsGone() {
        try (var encoder = open(settings(320, 240, 2000, 1, 0, LIMITED_709))) {
            TestFrame frame;
            try (var arena = Arena.ofConfined()) {
                frame = new TestFrame(arena, PixelFormat.XRGB8888, 320, 240).draw(0);
            }
            assertThrows(BackendException.class, () -> encoder.encode(frame, false, (data, idr) -> { }));
            assertFalse(frame.pixels().scope().isAlive());
        }
    }

    @Test
    void shouldStayUsableWhenTheSinkThrows() {
        var kept = new Kept();
        try (var arena = Arena.ofConfined(); var encoder = open(settings(320, 240, 2000, 1, 0, LIMITED_709))) {
            var frame = new TestFrame(arena, PixelFormat.XRGB8888, 320, 240).draw(0);
            assertThrows(UnsupportedOperationException.class, () -> encoder.encode(frame, false, (data, idr) -> {
                throw new UnsupportedOperationException();
            }));
            encoder.encode(frame, false, kept);
            assertEquals(List.of(false), kept.idr);
        }
    }
}
