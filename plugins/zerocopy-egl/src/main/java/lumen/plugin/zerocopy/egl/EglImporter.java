package lumen.plugin.zerocopy.egl;

import java.util.ArrayDeque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import lumen.posix.DmabufFence;
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

/**
 * Imports one session's dmabufs. What is made for a slot (an image, a texture) stays until {@link #forget}; what is made
 * for a size stays until another size comes. A frame is a wait for the compositor's fence, a draw, a copy and a wait.
 */
final class EglImporter implements FrameImporter {
    /** First frame: shaders. */
    static final String START = "start";
    /** First frame of a size: textures, buffers, registrations. */
    static final String STAGE = "stage";
    /** First frame of a buffer: its image. */
    static final String IMPORT = "import";
    /** The compositor's fence. */
    static final String ACQUIRE = "acquire";
    /** Out of the tiling, into the stage. */
    static final String COPY = "copy";
    /** Until the GPU is done with the compositor's buffer. */
    static final String WAIT = "wait";
    /** From the stage into the memory that the encoder reads; for CUDA's after the wait. */
    static final String TRANSFER = "transfer";
    static final String CURSOR = "cursor";

    private final GlContext context;
    private final TextureSource source;
    private final Outputs outputs;
    private final Detiler.Method method;
    private final List<ImportOffer> offers;
    private final ImportSteps steps;
    private final MemoryBudget budget;
    private final Patience patience;
    private final Counters counters = new Counters();
    private final Map<BufferSlot, SlotTexture> slots = new IdentityHashMap<>();
    private final ArrayDeque<Stage> retired = new ArrayDeque<>();
    private final DmabufFence fence = new DmabufFence();
    private Detiler detiler;
    private Stage stage;
    /** What the stage shows now, and the copy of it that was handed out last. */
    private Picture last;
    private PixelFormat lastFormat;
    private ColorInfo lastColor;
    private long drawnSerial;
    private boolean drawn;
    private boolean closed;

    /** The parts an importer is made of. It closes the outputs, the context, and the display that is on. */
    record Parts(GlContext context, TextureSource source, Detiler.Method method, Outputs outputs, List<ImportOffer> offers,
                 ImportSteps steps, MemoryBudget budget, Patience patience) {
    }

    EglImporter(Parts parts) {
        this.context = parts.context;
        this.source = parts.source;
        this.outputs = parts.outputs;
        this.method = parts.method;
        this.offers = parts.offers;
        this.steps = parts.steps;
        this.budget = parts.budget;
        this.patience = parts.patience;
    }

    @Override
    public FrameKind kind() {
        return outputs.kind();
    }

    Outputs outputs() {
        return outputs;
    }

    /** What was made of a buffer, {@code null} before its first frame. */
    SlotTexture imported(BufferSlot slot) {
        return slots.get(slot);
    }

    @Override
    public List<ImportOffer> offers() {
        return offers;
    }

    @Override
    public ImportedFrame importFrame(CapturedFrame frame, CursorState cursor) {
        if (closed) {
            throw new IllegalStateException("the importer is closed");
        }
        if (!(frame.slot() instanceof BufferSlot.Dmabuf slot)) {
            throw new BackendException("EGL imports dmabufs, not memory");
        }
        context.makeCurrent();
        last = null;
        start();
        SlotTexture texture = texture(slot);
        fit(slot);
        steps.begin(ACQUIRE);
        texture.await(fence, patience.acquireMillis());
        steps.begin(COPY);
        Picture picture = stage.output().free(null).of(slot.format(), frame.color());
        detiler.copy(texture.texture(), stage, slot.format());
        lastFormat = slot.format();
        lastColor = frame.color();
        ImportedFrame imported = fill(picture, cursor);
        counters.frames.incrementAndGet();
        return imported;
    }

    @Override
    public ImportedFrame redraw(CursorState cursor) {
        if (last == null) {
            throw new BackendException("there is no picture to draw again");
        }
        if (cursor.visible() == drawn && (!drawn || cursor.serial() == drawnSerial)) {
            last.hold();
            counters.repeats.incrementAndGet();
            return last.frame();
        }
        context.makeCurrent();
        Picture spared = last;
        last = null;
        return fill(stage.output().free(spared).of(lastFormat, lastColor), cursor);
    }

    /** From the stage into a picture, the pointer over it. */
    private ImportedFrame fill(Picture picture, CursorState cursor) {
        picture.queue(stage, steps);
        EglError.check("copy");
        counters.copies.incrementAndGet();
        steps.begin(WAIT);
        GpuFence.await(patience.copyMillis());
        counters.waits.incrementAndGet();
        picture.finish(steps);
        drawn = cursor.visible();
        if (drawn) {
            steps.begin(CURSOR);
            picture.draw(cursor);
            drawnSerial = cursor.serial();
        }
        picture.hold();
        last = picture;
        return picture.frame();
    }

    private void start() {
        if (detiler == null) {
            steps.begin(START);
            detiler = new Detiler(method);
        }
    }

    private SlotTexture texture(BufferSlot.Dmabuf slot) {
        SlotTexture texture = slots.get(slot);
        if (texture == null) {
            steps.begin(IMPORT);
            texture = source.open(context, slot);
            slots.put(slot, texture);
            counters.imports.incrementAndGet();
        }
        return texture;
    }

    private void fit(BufferSlot slot) {
        if (!retired.isEmpty()) {
            retired.removeIf(EglImporter::closeIfIdle);
        }
        if (stage == null || !stage.fits(slot.format(), slot.width(), slot.height())) {
            steps.begin(STAGE);
            if (stage != null) {
                // The encoder may still read a picture of it.
                if (!closeIfIdle(stage)) {
                    retired.add(stage);
                }
                stage = null;
            }
            stage = new Stage(slot.format(), slot.width(), slot.height(), budget, counters, outputs);
        }
    }

    private static boolean closeIfIdle(Stage stage) {
        if (stage.output().held()) {
            return false;
        }
        stage.close();
        return true;
    }

    @Override
    public void forget(BufferSlot slot) {
        SlotTexture texture = slots.remove(slot);
        if (texture != null) {
            context.makeCurrent();
            texture.close();
        }
    }

    @Override
    public Map<String, Long> counters() {
        return counters.read();
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        last = null;
        try {
            context.makeCurrent();
            slots.values().forEach(SlotTexture::close);
            slots.clear();
            retired.forEach(Stage::close);
            retired.clear();
            if (stage != null) {
                stage.close();
            }
            if (detiler != null) {
                detiler.close();
            }
            outputs.close();
        } finally {
            context.close();
            context.display().close();
            fence.close();
        }
    }
}
