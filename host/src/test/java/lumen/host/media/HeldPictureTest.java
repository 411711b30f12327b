package lumen.host.media;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import lumen.spi.BackendException;
import lumen.spi.BufferSlot;
import lumen.spi.CapturedFrame;
import lumen.spi.ColorInfo;
import lumen.spi.CursorState;
import lumen.spi.Damage;
import lumen.spi.DisplayMode;
import lumen.spi.FrameImporter;
import lumen.spi.FrameImporterProvider;
import lumen.spi.FrameKind;
import lumen.spi.HostContext;
import lumen.spi.ImportOffer;
import lumen.spi.ImportOffer.Transport;
import lumen.spi.ImportRequest;
import lumen.spi.ImportSteps;
import lumen.spi.ImportedFrame;
import lumen.spi.PixelFormat;
import lumen.spi.Probe;
import org.junit.jupiter.api.Test;

/** Which importer brings a picture, what becomes of its buffer, and the way down when one fails. */
class HeldPictureTest {
    private static final long TILED = 0x300000000606014L;
    private static final ImportOffer TILED_DMABUF = new ImportOffer(Transport.DMABUF, PixelFormat.XRGB8888, TILED);
    private static final ImportOffer LINEAR_DMABUF = new ImportOffer(Transport.DMABUF, PixelFormat.XRGB8888, ImportOffer.LINEAR);
    private static final ImportOffer MEMORY = new ImportOffer(Transport.MEMORY, PixelFormat.XRGB8888, 0);

    private final List<List<ImportOffer>> offered = new ArrayList<>();
    private final Backend gpu = new Backend("gpu", FrameKind.CUDA_MEMORY, true, TILED_DMABUF, LINEAR_DMABUF);
    private final Backend cpu = new Backend("cpu", FrameKind.SYSTEM_MEMORY, false, MEMORY, LINEAR_DMABUF);
    private HeldPicture held;

    private void open(String faults, Backend... backends) {
        ImporterChain chain = new ImporterChain("test", List.of(backends), RehearsedFault.parse(faults));
        held = new HeldPicture(chain, new ImportRequest(DisplayMode.of(64, 64, 60), OptionalLong.empty(), List.of(FrameKind.SYSTEM_MEMORY), 8,
                ImportSteps.NONE), offered::add);
        held.open(List.of(FrameKind.CUDA_MEMORY, FrameKind.SYSTEM_MEMORY));
    }

    /** An importer of two steps, which counts what is open and held. */
    private static final class Backend implements FrameImporterProvider {
        private final String id;
        private final FrameKind kind;
        private final boolean detached;
        private final List<ImportOffer> offers;
        private int open;
        private int held;

        Backend(String id, FrameKind kind, boolean detached, ImportOffer... offers) {
            this.id = id;
            this.kind = kind;
            this.detached = detached;
            this.offers = List.of(offers);
        }

        @Override
        public String id() {
            return id;
        }

        @Override
        public Probe probe(HostContext host) {
            return Probe.available(50);
        }

        @Override
        public FrameImporter open(ImportRequest request) {
            if (!request.kinds().contains(kind)) {
                throw new BackendException("not asked for");
            }
            open++;
            return new FrameImporter() {
                @Override
                public FrameKind kind() {
                    return kind;
                }

                @Override
                public List<ImportOffer> offers() {
                    return offers;
                }

                @Override
                public ImportedFrame importFrame(CapturedFrame frame, CursorState cursor) {
                    request.steps().begin("import");
                    request.steps().begin("copy");
                    held++;
                    return new Imported(Backend.this);
                }

                @Override
                public ImportedFrame redraw(CursorState cursor) {
                    request.steps().begin("cursor");
                    held++;
                    return new Imported(Backend.this);
                }

                @Override
                public void forget(BufferSlot slot) {
                    // Nothing is cached.
                }

                @Override
                public void close() {
                    open--;
                }
            };
        }
    }

    private record Imported(Backend by) implements ImportedFrame.SystemMemory {
        @Override
        public PixelFormat format() {
            return PixelFormat.XRGB8888;
        }

        @Override
        public int width() {
            return 64;
        }

        @Override
        public int height() {
            return 64;
        }

        @Override
        public ColorInfo color() {
            return ColorInfo.DESKTOP;
        }

        @Override
        public boolean detached() {
            return by.detached;
        }

        @Override
        public void release() {
            by.held--;
        }

        @Override
        public MemorySegment pixels() {
            return MemorySegment.NULL;
        }

        @Override
        public int stride() {
            return 256;
        }
    }

    private record Slot(long modifier) implements BufferSlot.Dmabuf {
        @Override
        public PixelFormat format() {
            return PixelFormat.XRGB8888;
        }

        @Override
        public int width() {
            return 64;
        }

        @Override
        public int height() {
            return 64;
        }

        @Override
        public int planes() {
            return 1;
        }

        @Override
        public int fd(int plane) {
            return -1;
        }

        @Override
        public int offset(int plane) {
            return 0;
        }

        @Override
        public int stride(int plane) {
            return 256;
        }

        @Override
        public int chunkSize() {
            return 0;
        }
    }

    private static final class Frame implements CapturedFrame {
        private final Slot slot;
        private boolean released;

        Frame(long modifier) {
            slot = new Slot(modifier);
        }

        @Override
        public BufferSlot slot() {
            return slot;
        }

        @Override
        public Damage damage() {
            return new Damage();
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
            assertFalse(released, "released twice");
            released = true;
        }
    }

    private static Backend by(ImportedFrame frame) {
        return ((Imported) frame).by();
    }

    @Test
    void shouldOfferTiledBuffersFirstAndMemoryLast() {
        open("", cpu, gpu);
        assertEquals(List.of(List.of(TILED_DMABUF, LINEAR_DMABUF, MEMORY)), offered);
    }

    @Test
    void shouldGiveABufferBackAtOnceThatThePictureDoesNotNeed() {
        open("", gpu, cpu);
        Frame frame = new Frame(TILED);
        assertTrue(held.take(frame, CursorState.NONE));
        assertTrue(frame.released);
        // The capture may end: the picture is still there for a new encoder.
        held.letGo();
        assertSame(gpu, by(held.picture()));
        held.close();
        assertEquals(0, gpu.held);
        assertEquals(0, gpu.open + cpu.open);
    }

    @Test
    void shouldKeepABufferThatIsReadWhereItLies() {
        open("", cpu);
        Frame frame = new Frame(ImportOffer.LINEAR);
        assertTrue(held.take(frame, CursorState.NONE));
        assertFalse(frame.released);
        assertTrue(held.take(new Frame(ImportOffer.LINEAR), CursorState.NONE));
        assertTrue(frame.released);
        held.letGo();
        assertNull(held.picture());
        assertEquals(0, cpu.held);
    }

    @Test
    void shouldImportTheSameBufferWithTheNextImporterWhenOneFails() {
        open("gpu:copy@2", gpu, cpu);
        for (int i = 0; i < 2; i++) {
            assertTrue(held.take(new Frame(ImportOffer.LINEAR), CursorState.NONE));
            assertSame(gpu, by(held.picture()));
        }
        assertTrue(held.take(new Frame(ImportOffer.LINEAR), CursorState.NONE));
        assertSame(cpu, by(held.picture()));
        assertEquals(List.of(LINEAR_DMABUF, MEMORY), offered.getLast());
        assertEquals(0, gpu.open, "the one that failed is closed");
        assertEquals(0, gpu.held);
    }

    @Test
    void shouldAskForAnotherBufferWhenNobodyElseTakesThisOne() {
        open("gpu:import@0", gpu, cpu);
        Frame frame = new Frame(TILED);
        assertFalse(held.take(frame, CursorState.NONE));
        assertTrue(frame.released);
        assertNull(held.picture());
        assertEquals(List.of(LINEAR_DMABUF, MEMORY), offered.getLast());
        assertTrue(held.take(new Frame(ImportOffer.LINEAR), CursorState.NONE));
    }

    @Test
    void shouldDrawTheCursorWithAnotherImporterOnlyIfTheBufferIsStillHeld() {
        open("gpu:cursor@1", gpu, cpu);
        held.take(new Frame(ImportOffer.LINEAR), CursorState.NONE);
        assertFalse(held.redraw(CursorState.NONE), "the buffer is gone");
        assertEquals(0, gpu.held);

        Backend second = new Backend("second", FrameKind.SYSTEM_MEMORY, false, LINEAR_DMABUF);
        open("cpu:cursor@1", cpu, second);
        Frame frame = new Frame(ImportOffer.LINEAR);
        held.take(frame, CursorState.NONE);
        assertTrue(held.redraw(CursorState.NONE));
        assertSame(second, by(held.picture()));
        assertFalse(frame.released);
    }

    @Test
    void shouldOpenWhatTheEncoderReadsItsFavouriteFirst() {
        open("", cpu, gpu);
        held.take(new Frame(ImportOffer.LINEAR), CursorState.NONE);
        assertSame(gpu, by(held.picture()));
        held.open(List.of(FrameKind.SYSTEM_MEMORY));
        assertEquals(0, gpu.open);
        assertTrue(held.take(new Frame(ImportOffer.LINEAR), CursorState.NONE));
        assertSame(cpu, by(held.picture()));
    }

    @Test
    void shouldNotOpenAgainWhatFailedBefore() {
        open("gpu:import@0", gpu, cpu);
        held.take(new Frame(ImportOffer.LINEAR), CursorState.NONE);
        held.open(List.of(FrameKind.CUDA_MEMORY, FrameKind.SYSTEM_MEMORY));
        assertEquals(0, gpu.open);
        assertEquals(1, cpu.open);
    }

    @Test
    void shouldReadRehearsedFailures() {
        assertEquals(List.of(new RehearsedFault("zerocopy-egl", "blit", 7), new RehearsedFault("a", "b", 0)),
                RehearsedFault.parse("zerocopy-egl:blit@7, a:b@0"));
        assertEquals(List.of(), RehearsedFault.parse(""));
        for (String bad : List.of("gpu", "gpu:copy", "gpu:copy@", "gpu:copy@-1", "gpu:copy@9999999999", ",", "GPU:copy@1")) {
            assertThrows(IllegalArgumentException.class, () -> RehearsedFault.parse(bad), bad);
        }
    }
}
