package lumen.plugin.ffmpeg;

import java.util.List;
import java.util.Map;
import lumen.spi.BackendException;
import lumen.spi.BufferSlot;
import lumen.spi.CapturedFrame;
import lumen.spi.ColorInfo;
import lumen.spi.CursorState;
import lumen.spi.FrameImporter;
import lumen.spi.FrameKind;
import lumen.spi.ImportOffer;
import lumen.spi.ImportSteps;
import lumen.spi.ImportedFrame;
import lumen.spi.PixelFormat;

/** Hands the compositor's buffers on as they are, to an encoder that imports them itself. */
final class DmabufImporter implements FrameImporter {
    private static final String CHECK = "check";
    private static final String CURSOR = "cursor";

    private final List<ImportOffer> offers;
    private final ImportSteps steps;
    private final Passed passed = new Passed();
    private volatile long frames;

    /** The one frame there is at a time. */
    private static final class Passed implements ImportedFrame.DmabufPassthrough {
        private BufferSlot.Dmabuf buffer;
        private ColorInfo color;

        @Override
        public BufferSlot.Dmabuf buffer() {
            return buffer;
        }

        @Override
        public PixelFormat format() {
            return buffer.format();
        }

        @Override
        public int width() {
            return buffer.width();
        }

        @Override
        public int height() {
            return buffer.height();
        }

        @Override
        public ColorInfo color() {
            return color;
        }

        @Override
        public void release() {
            // The encoder has finished when encode() returns; the capturer's own release follows.
        }
    }

    DmabufImporter(List<ImportOffer> offers, ImportSteps steps) {
        this.offers = offers;
        this.steps = steps;
    }

    @Override
    public FrameKind kind() {
        return FrameKind.DMABUF;
    }

    @Override
    public List<ImportOffer> offers() {
        return offers;
    }

    @Override
    public ImportedFrame importFrame(CapturedFrame frame, CursorState cursor) {
        steps.begin(CHECK);
        if (!(frame.slot() instanceof BufferSlot.Dmabuf buffer)) {
            throw new BackendException("a buffer in memory can't be passed through");
        }
        DmabufSurface.check(buffer);
        passed.buffer = buffer;
        passed.color = frame.color();
        return redraw(cursor);
    }

    /** A pointer can't be drawn: there is no copy to draw it over. */
    @Override
    public ImportedFrame redraw(CursorState cursor) {
        if (cursor.visible()) {
            steps.begin(CURSOR);
            throw new BackendException("a buffer that is passed through has no room for a pointer of its own");
        }
        long count = frames + 1;
        frames = count;
        return passed;
    }

    @Override
    public void forget(BufferSlot slot) {
        if (passed.buffer == slot) {
            passed.buffer = null;
        }
    }

    @Override
    public Map<String, Long> counters() {
        return Map.of("frames", frames, "copies", 0L);
    }

    @Override
    public void close() {
        passed.buffer = null;
    }
}
