package lumen.plugin.cpufallback;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Random;
import lumen.spi.BufferSlot;
import lumen.spi.CapturedFrame;
import lumen.spi.ColorInfo;
import lumen.spi.CursorState;
import lumen.spi.Damage;
import lumen.spi.ImportSteps;
import lumen.spi.ImportedFrame;
import lumen.spi.PixelFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Pointers over frames, held against a plain reference that blends every pixel of the picture. */
class CursorViewTest {
    private static final int WIDTH = 61;
    private static final int HEIGHT = 43;
    private static final int STRIDE = 256;

    private final Random random = new Random(7);
    private final CpuImporter importer = new CpuImporter(ImportSteps.NONE);

    @AfterEach
    void close() {
        importer.close();
    }

    private record Slot(PixelFormat format, MemorySegment pixels) implements BufferSlot.Memory {
        @Override
        public int width() {
            return WIDTH;
        }

        @Override
        public int height() {
            return HEIGHT;
        }

        @Override
        public int stride() {
            return STRIDE;
        }
    }

    private record Frame(Slot slot, long timestampNanos) implements CapturedFrame {
        @Override
        public Damage damage() {
            return new Damage();
        }

        @Override
        public ColorInfo color() {
            return ColorInfo.DESKTOP;
        }

        @Override
        public void release() {
            // Nobody waits for it.
        }
    }

    private record Pointer(long serial, boolean visible, int x, int y, int width, int height, MemorySegment pixels)
            implements CursorState {
    }

    private Slot slot(PixelFormat format) {
        MemorySegment pixels = Arena.ofAuto().allocate((long) STRIDE * HEIGHT);
        fill(pixels);
        return new Slot(format, pixels);
    }

    private void fill(MemorySegment pixels) {
        for (long i = 0; i < pixels.byteSize(); i++) {
            pixels.set(ValueLayout.JAVA_BYTE, i, (byte) random.nextInt());
        }
    }

    private Pointer pointer(int x, int y, int width, int height) {
        MemorySegment pixels = Arena.ofAuto().allocate(width * height * 4L);
        for (long i = 0; i < pixels.byteSize(); i += 4) {
            int alpha = switch (random.nextInt(3)) {
                case 0 -> 0;
                case 1 -> 255;
                default -> random.nextInt(256);
            };
            for (int c = 0; c < 3; c++) {
                pixels.set(ValueLayout.JAVA_BYTE, i + c, (byte) random.nextInt(alpha + 1));
            }
            pixels.set(ValueLayout.JAVA_BYTE, i + 3, (byte) alpha);
        }
        return new Pointer(random.nextLong(), true, x, y, width, height, pixels);
    }

    /** Colours by double arithmetic; the fourth byte of the picture stays. */
    private static byte[] reference(Slot slot, Pointer pointer) {
        byte[] picture = new byte[WIDTH * HEIGHT * 4];
        boolean redFirst = slot.format().redFirst();
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                for (int c = 0; c < 4; c++) {
                    int under = slot.pixels().get(ValueLayout.JAVA_BYTE, (long) y * STRIDE + x * 4L + c) & 0xFF;
                    int u = x - pointer.x();
                    int v = y - pointer.y();
                    if (c < 3 && u >= 0 && v >= 0 && u < pointer.width() && v < pointer.height()) {
                        long at = ((long) v * pointer.width() + u) * 4;
                        int colour = pointer.pixels().get(ValueLayout.JAVA_BYTE, at + (redFirst ? 2 - c : c)) & 0xFF;
                        int alpha = pointer.pixels().get(ValueLayout.JAVA_BYTE, at + 3) & 0xFF;
                        under = (int) Math.min(255, Math.round(colour + under * (255 - alpha) / 255.0));
                    }
                    picture[(y * WIDTH + x) * 4 + c] = (byte) under;
                }
            }
        }
        return picture;
    }

    private static byte[] picture(ImportedFrame imported) {
        ImportedFrame.SystemMemory memory = assertInstanceOf(ImportedFrame.SystemMemory.class, imported);
        byte[] picture = new byte[WIDTH * HEIGHT * 4];
        for (int y = 0; y < HEIGHT; y++) {
            MemorySegment.copy(memory.pixels(), ValueLayout.JAVA_BYTE, (long) y * memory.stride(), picture, y * WIDTH * 4, WIDTH * 4);
        }
        return picture;
    }

    static List<PixelFormat> formats() {
        return CpuImporter.FORMATS;
    }

    @ParameterizedTest
    @MethodSource("formats")
    void shouldBlendAnywhereOverAnyFrame(PixelFormat format) {
        Slot slot = slot(format);
        byte[] untouched = slot.pixels().toArray(ValueLayout.JAVA_BYTE);
        for (int i = 0; i < 300; i++) {
            Pointer pointer = pointer(random.nextInt(-70, 100), random.nextInt(-50, 80), random.nextInt(1, 80), random.nextInt(1, 60));
            // Every third time the frame is a new one.
            ImportedFrame imported = i % 3 == 0 ? importer.importFrame(new Frame(slot, i), pointer) : importer.redraw(pointer);
            assertArrayEquals(reference(slot, pointer), picture(imported), "pointer " + pointer);
            imported.release();
        }
        assertArrayEquals(untouched, slot.pixels().toArray(ValueLayout.JAVA_BYTE));
    }

    @Test
    void shouldShowANewFrameInASlotThatCameBack() {
        Slot slot = slot(PixelFormat.XRGB8888);
        Pointer pointer = pointer(5, 5, 24, 24);
        importer.importFrame(new Frame(slot, 1), pointer).release();
        fill(slot.pixels());
        assertArrayEquals(reference(slot, pointer), picture(importer.importFrame(new Frame(slot, 2), pointer)));
    }

    @Test
    void shouldHandTheFrameThroughWhileThePointerIsHidden() {
        Slot slot = slot(PixelFormat.XRGB8888);
        Pointer hidden = new Pointer(1, false, 0, 0, 0, 0, MemorySegment.NULL);
        ImportedFrame.SystemMemory imported = (ImportedFrame.SystemMemory) importer.importFrame(new Frame(slot, 1), hidden);
        assertEquals(slot.pixels().address(), imported.pixels().address());
        imported.release();
    }

    @Test
    void shouldForgetASlot() {
        Slot slot = slot(PixelFormat.XRGB8888);
        Pointer pointer = pointer(5, 5, 24, 24);
        importer.importFrame(new Frame(slot, 1), pointer).release();
        importer.forget(slot);
        assertEquals(0, importer.cached());
        fill(slot.pixels());
        assertArrayEquals(reference(slot, pointer), picture(importer.importFrame(new Frame(slot, 1), pointer)));
        assertTrue(importer.cached() == 1);
    }
}
