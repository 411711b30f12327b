package lumen.plugin.ffmpeg;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import lumen.posix.Fd;
import lumen.posix.Memfd;
import lumen.spi.BackendException;
import lumen.spi.BufferSlot;
import lumen.spi.CapturedFrame;
import lumen.spi.ColorInfo;
import lumen.spi.CursorState;
import lumen.spi.Damage;
import lumen.spi.DisplayMode;
import lumen.spi.FrameKind;
import lumen.spi.ImportOffer;
import lumen.spi.ImportRequest;
import lumen.spi.ImportSteps;
import lumen.spi.ImportedFrame;
import lumen.spi.PixelFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DmabufImporterTest {

    /** A description of one plane that need not be true. */
    private record Slot(int fd, int width, int height, int stride, int offset, long modifier, int planes) implements BufferSlot.Dmabuf {
        @Override
        public PixelFormat format() {
            return PixelFormat.XRGB8888;
        }

        @Override
        public int fd(int plane) {
            return fd;
        }

        @Override
        public int offset(int plane) {
            return offset;
        }

        @Override
        public int stride(int plane) {
            return stride;
        }

        @Override
        public int chunkSize() {
            return 0;
        }
    }

    private record Frame(BufferSlot slot) implements CapturedFrame {
        @Override
        public Damage damage() {
            throw new AssertionError("nobody asks");
        }

        @Override
        public ColorInfo color() {
            return ColorInfo.DESKTOP;
        }

        @Override
        public long timestampNanos() {
            return 1;
        }

        @Override
        public void release() {
            throw new AssertionError("the host releases");
        }
    }

    private static final CursorState POINTER = new CursorState() {
        @Override
        public long serial() {
            return 1;
        }

        @Override
        public boolean visible() {
            return true;
        }

        @Override
        public int x() {
            return 0;
        }

        @Override
        public int y() {
            return 0;
        }

        @Override
        public int width() {
            return 1;
        }

        @Override
        public int height() {
            return 1;
        }

        @Override
        public MemorySegment pixels() {
            return MemorySegment.NULL;
        }
    };

    private final List<String> steps = new ArrayList<>();
    private final DmabufImporter importer = new DmabufImporter(
            List.of(new ImportOffer(ImportOffer.Transport.DMABUF, PixelFormat.XRGB8888, 0)), steps::add);

    private final Fd file = Memfd.create("lumen-test", 64 * 32 * 4, 0);

    @AfterEach
    void close() {
        file.close();
    }

    @Test
    void shouldPassABufferThroughAsItIs() {
        var slot = new Slot(file.value(), 64, 32, 256, 0, ImportOffer.LINEAR, 1);
        var frame = (ImportedFrame.DmabufPassthrough) importer.importFrame(new Frame(slot), CursorState.NONE);
        assertSame(slot, frame.buffer());
        assertEquals(FrameKind.DMABUF, frame.kind());
        assertEquals(FrameKind.DMABUF, importer.kind());
        assertFalse(frame.detached());
        assertEquals(List.of(64, 32), List.of(frame.width(), frame.height()));
        frame.release();
        assertSame(frame, importer.redraw(CursorState.NONE));
        assertEquals(2L, importer.counters().get("frames"));
        assertEquals(List.of("check"), steps);
        assertThrows(BackendException.class, () -> importer.redraw(POINTER));
        assertEquals(List.of("check", "cursor"), steps);
    }

    @ParameterizedTest
    @CsvSource({"64,32,255,0,0,1", "64,33,256,0,0,1", "64,32,256,4,0,1", "64,32,256,-4,0,1", "64,32,2147483647,0,0,1",
        "64,32,256,2147483647,0,1", "64,32,0,0,0,1", "64,32,-256,0,0,1", "0,32,256,0,0,1", "64,0,256,0,0,1", "64,32,256,0,0,0",
        "64,32,256,0,0,5", "64,33,256,0,216172782120099862,1", "1000000,1000000,4000000,0,0,1"})
    void shouldRefuseWhatDoesNotFitIntoTheBuffer(int width, int height, int stride, int offset, long modifier, int planes) {
        var slot = new Slot(file.value(), width, height, stride, offset, modifier, planes);
        String message = assertThrows(BackendException.class, () -> importer.importFrame(new Frame(slot), CursorState.NONE)).getMessage();
        assertTrue(message.contains(width + "x" + height), message);
    }

    @Test
    void shouldRefuseAClosedDescriptorAndPlainMemory() {
        var closed = new Slot(-1, 64, 32, 256, 0, 0, 1);
        assertTrue(assertThrows(BackendException.class, () -> importer.importFrame(new Frame(closed), CursorState.NONE)).getMessage()
                .contains("plane 0"));
        var memory = new BufferSlot.Memory() {
            @Override
            public MemorySegment pixels() {
                return MemorySegment.NULL;
            }

            @Override
            public int stride() {
                return 4;
            }

            @Override
            public PixelFormat format() {
                return PixelFormat.XRGB8888;
            }

            @Override
            public int width() {
                return 1;
            }

            @Override
            public int height() {
                return 1;
            }
        };
        assertThrows(BackendException.class, () -> importer.importFrame(new Frame(memory), CursorState.NONE));
    }

    @Test
    void shouldRefuseAnEncoderThatReadsNoDmabufs() {
        var request = new ImportRequest(DisplayMode.of(64, 32, 60), OptionalLong.empty(), List.of(FrameKind.SYSTEM_MEMORY), 8, ImportSteps.NONE);
        assertThrows(BackendException.class, () -> new DmabufImporterProvider().open(request));
        var dmabufs = new ImportRequest(DisplayMode.of(64, 32, 60), OptionalLong.empty(), List.of(FrameKind.DMABUF), 8, ImportSteps.NONE);
        assertTrue(assertThrows(BackendException.class, () -> new DmabufImporterProvider().open(dmabufs)).getMessage().contains("VAAPI"));
    }

    @Test
    void shouldDescribeABufferForFFmpeg() {
        try (var arena = Arena.ofConfined()) {
            MemorySegment descriptor = arena.allocate(DrmDescriptor.SIZEOF, 8).fill((byte) 0x55);
            DrmDescriptor.fill(descriptor, new Slot(17, 64, 32, 256, 128, 0x0300000000606014L, 1), new long[] {8448});
            assertEquals(0x0300000000606014L, DrmDescriptor.modifier(descriptor));
            assertEquals(List.of(1, 17, 1, PixelFormat.XRGB8888.fourcc(), 1), List.of(descriptor.get(ValueLayout.JAVA_INT, 0),
                    descriptor.get(ValueLayout.JAVA_INT, 8), descriptor.get(ValueLayout.JAVA_INT, 104),
                    descriptor.get(ValueLayout.JAVA_INT, 112), descriptor.get(ValueLayout.JAVA_INT, 116)));
            assertEquals(List.of(8448L, 128L, 256L), List.of(descriptor.get(ValueLayout.JAVA_LONG, 16),
                    descriptor.get(ValueLayout.JAVA_LONG, 128), descriptor.get(ValueLayout.JAVA_LONG, 136)));
        }
    }
}
