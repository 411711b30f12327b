package lumen.plugin.cpufallback;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import lumen.spi.BackendException;
import lumen.spi.BufferSlot;
import lumen.spi.CapturedFrame;
import lumen.spi.CursorState;
import lumen.spi.FrameImporter;
import lumen.spi.FrameKind;
import lumen.spi.ImportOffer;
import lumen.spi.ImportSteps;
import lumen.spi.ImportedFrame;
import lumen.spi.PixelFormat;

/**
 * Imports one session's frames by reading them with the CPU. What is made for a slot (a view, a mapping) is
 * kept until {@link #forget}, so that a frame allocates nothing.
 */
final class CpuImporter implements FrameImporter {
    private static final String MAP = "map";
    private static final String READ = "read";
    private static final String CURSOR = "cursor";
    /** What the encoders' conversions read. */
    static final List<PixelFormat> FORMATS = Arrays.stream(PixelFormat.values()).filter(f -> f.bitDepth() == 8).toList();

    private final ImportSteps steps;
    private final Map<BufferSlot, SlotView> views = new IdentityHashMap<>();
    private final CursorView cursorView = new CursorView();
    private final AtomicLong unsynchronised = new AtomicLong();
    /** Of the last import. */
    private CapturedFrame frame;
    private boolean closed;

    CpuImporter(ImportSteps steps) {
        this.steps = steps;
    }

    @Override
    public FrameKind kind() {
        return FrameKind.SYSTEM_MEMORY;
    }

    /** Memory last, since a dmabuf that can be mapped saves the compositor a copy. */
    @Override
    public List<ImportOffer> offers() {
        List<ImportOffer> offers = new ArrayList<>();
        for (PixelFormat format : FORMATS) {
            offers.add(new ImportOffer(ImportOffer.Transport.DMABUF, format, ImportOffer.LINEAR));
        }
        for (PixelFormat format : FORMATS) {
            offers.add(new ImportOffer(ImportOffer.Transport.MEMORY, format, 0));
        }
        return List.copyOf(offers);
    }

    @Override
    public ImportedFrame importFrame(CapturedFrame captured, CursorState cursor) {
        frame = captured;
        cursorView.clear();
        return redraw(cursor);
    }

    @Override
    public ImportedFrame redraw(CursorState cursor) {
        SlotView view;
        synchronized (views) {
            if (closed) {
                throw new IllegalStateException("the importer is closed");
            }
            view = views.get(frame.slot());
            if (view == null) {
                steps.begin(MAP);
                view = switch (frame.slot()) {
                    case BufferSlot.Memory memory -> new MemoryView(memory);
                    case BufferSlot.Dmabuf dmabuf -> new DmabufView(dmabuf, unsynchronised);
                };
                views.put(frame.slot(), view);
            }
            view.retain();
        }
        try {
            steps.begin(READ);
            view.begin(frame);
        } catch (BackendException e) {
            view.drop();
            throw e;
        }
        if (!cursor.visible()) {
            return view;
        }
        try {
            steps.begin(CURSOR);
            return cursorView.over(view, cursor);
        } catch (BackendException e) {
            view.release();
            throw e;
        }
    }

    @Override
    public void forget(BufferSlot slot) {
        SlotView view;
        synchronized (views) {
            view = views.remove(slot);
        }
        if (view != null) {
            view.drop();
        }
    }

    /** Frames read without {@code DMA_BUF_IOCTL_SYNC}, because what was handed over as dmabuf can't do it. */
    long unsynchronisedFrames() {
        return unsynchronised.get();
    }

    /** Slots with something kept for them. */
    int cached() {
        synchronized (views) {
            return views.size();
        }
    }

    @Override
    public void close() {
        List<SlotView> dropped;
        synchronized (views) {
            closed = true;
            dropped = List.copyOf(views.values());
            views.clear();
        }
        dropped.forEach(SlotView::drop);
        cursorView.close();
    }
}
