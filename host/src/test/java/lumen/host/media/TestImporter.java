package lumen.host.media;

import java.lang.foreign.MemorySegment;
import java.util.List;
import lumen.spi.BackendException;
import lumen.spi.BufferSlot;
import lumen.spi.CapturedFrame;
import lumen.spi.ColorInfo;
import lumen.spi.CursorState;
import lumen.spi.FrameImporter;
import lumen.spi.FrameImporterProvider;
import lumen.spi.FrameKind;
import lumen.spi.HostContext;
import lumen.spi.ImportOffer;
import lumen.spi.ImportRequest;
import lumen.spi.ImportedFrame;
import lumen.spi.PixelFormat;
import lumen.spi.Probe;

/** Hands memory frames through; can be told to fail. */
final class TestImporter implements FrameImporterProvider {
    final String id;
    final FrameKind kind;
    volatile boolean fails;
    volatile int open;
    volatile long drawnCursor = -1;

    TestImporter(String id) {
        this(id, FrameKind.SYSTEM_MEMORY);
    }

    TestImporter(String id, FrameKind kind) {
        this.id = id;
        this.kind = kind;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public Probe probe(HostContext host) {
        return Probe.available(0);
    }

    @Override
    public FrameImporter open(ImportRequest request) {
        if (!request.kinds().contains(kind)) {
            throw new BackendException("gives " + kind + " only");
        }
        open++;
        TestFrame frame = new TestFrame();
        ImportedFrame imported = kind == FrameKind.CUDA_MEMORY ? new DevicePicture() : new ImportedFrame.SystemMemory() {
            @Override
            public PixelFormat format() {
                return frame.format();
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
            public ColorInfo color() {
                return ColorInfo.DESKTOP;
            }

            @Override
            public void release() {
                frame.held--;
            }

            @Override
            public MemorySegment pixels() {
                return frame.pixels;
            }

            @Override
            public int stride() {
                return 4;
            }
        };
        return new FrameImporter() {
            @Override
            public FrameKind kind() {
                return kind;
            }

            @Override
            public ImportedFrame redraw(CursorState cursor) {
                drawnCursor = cursor.serial();
                return imported;
            }

            @Override
            public List<ImportOffer> offers() {
                return List.of(new ImportOffer(ImportOffer.Transport.MEMORY, PixelFormat.XRGB8888, 0));
            }

            @Override
            public ImportedFrame importFrame(CapturedFrame f, CursorState cursor) {
                if (fails) {
                    throw new BackendException("the buffer can't be mapped");
                }
                drawnCursor = cursor.serial();
                return imported;
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
