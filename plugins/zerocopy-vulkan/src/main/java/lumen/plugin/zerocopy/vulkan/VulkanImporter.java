package lumen.plugin.zerocopy.vulkan;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import lumen.cuda.CudaDevice;
import lumen.cuda.CudaException;
import lumen.posix.DmabufFence;
import lumen.posix.PosixException;
import lumen.spi.BackendException;
import lumen.spi.BufferSlot;
import lumen.spi.CapturedFrame;
import lumen.spi.CursorState;
import lumen.spi.FrameImporter;
import lumen.spi.FrameKind;
import lumen.spi.ImportOffer;
import lumen.spi.ImportRequest;
import lumen.spi.ImportSteps;
import lumen.spi.ImportedFrame;
import lumen.vulkan.CopyCommands;
import lumen.vulkan.DetileProgram;
import lumen.vulkan.Gpu;
import lumen.vulkan.VulkanDevice;
import lumen.vulkan.VulkanException;
import lumen.vulkan.VulkanInstance;

/**
 * Imports one session's dmabufs on a GPU. A slot is imported once; a frame is one wait for the compositor's fence, one
 * copy of Vulkan's, waited for so that the dmabuf can go back at once, and for CUDA one more copy. The device is opened
 * at the first frame.
 */
final class VulkanImporter implements FrameImporter {
    private static final System.Logger LOG = System.getLogger("lumen.zerocopy.vulkan");
    /** The first copy of a CPU in disguise has each page of both buffers faulted in, half a second of work on a slow machine. */
    private static final int PATIENCE_WITH_SOFTWARE = 10;

    private final Options options;
    private final Gpu gpu;
    private final Optional<CudaDevice> cuda;
    private final Capabilities capabilities;
    private final List<ImportOffer> offers;
    private final ImportSteps steps;
    private final int copyMillis;
    private final Counts counts;
    private final Map<BufferSlot, SlotCopy> slots = new IdentityHashMap<>();
    private final DmabufFence fence = new DmabufFence();
    private final Leftovers parts = new Leftovers();
    private String step = Step.START;
    private VulkanDevice device;
    private CudaSide cudaSide;
    private Stage stage;
    private int stageWidth;
    private int stageHeight;
    /** Those of sizes gone by, while somebody still reads their pictures. */
    private final List<Stage> retired = new ArrayList<>();
    private Optional<DetileProgram> shader = Optional.empty();
    private boolean shaderTried;
    private boolean shown;
    private CopyCommands lastCopy;
    private boolean closed;

    /**
     * @param instance closed with the importer
     * @param cuda     the device whose memory frames go to; empty: they go to the CPU's
     */
    VulkanImporter(VulkanInstance instance, Gpu gpu, Optional<CudaDevice> cuda, ImportRequest request, Options options) {
        this.options = options;
        this.gpu = gpu;
        this.cuda = cuda;
        this.capabilities = new Capabilities(gpu, options);
        this.offers = capabilities.offers(request.bitDepth());
        this.steps = request.steps();
        this.copyMillis = options.copyMillis() * (gpu.kind() == Gpu.Kind.SOFTWARE ? PATIENCE_WITH_SOFTWARE : 1);
        this.counts = new Counts(options.memory());
        parts.add(instance);
        parts.add(fence);
    }

    @Override
    public FrameKind kind() {
        return cuda.isPresent() ? FrameKind.CUDA_MEMORY : FrameKind.SYSTEM_MEMORY;
    }

    @Override
    public List<ImportOffer> offers() {
        return offers;
    }

    @Override
    public ImportedFrame importFrame(CapturedFrame frame, CursorState cursor) {
        if (!(frame.slot() instanceof BufferSlot.Dmabuf slot)) {
            throw new BackendException("a frame in shared memory, where only dmabufs were offered");
        }
        requireOpen();
        try {
            start();
            ImportedFrame imported = bring(slot, frame, cursor);
            counts.frame();
            return imported;
        } catch (VulkanException | CudaException | PosixException e) {
            throw failure(e, slot);
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the importer is closed");
        }
    }

    private void begin(String next) {
        step = next;
        steps.begin(next);
    }

    private BackendException failure(RuntimeException e, BufferSlot.Dmabuf slot) {
        String what = slot == null ? "" : String.format(" (%dx%d %s, modifier 0x%016x)", slot.width(), slot.height(), slot.format(),
                slot.modifier());
        return new BackendException("Vulkan import, step " + step + what + ": " + e.getMessage(), e);
    }

    private void start() {
        if (device == null) {
            begin(Step.START);
            device = parts.add(VulkanDevice.open(gpu, options.memory()));
            if (cuda.isPresent()) {
                cudaSide = parts.add(new CudaSide(cuda.get(), options.cudaMemory()));
            }
        }
        if (cudaSide != null) {
            cudaSide.context().makeCurrent();
        }
    }

    private ImportedFrame bring(BufferSlot.Dmabuf slot, CapturedFrame frame, CursorState cursor) {
        closeRetired(false);
        SlotCopy source = source(slot);
        stage(source.geometry());
        begin(Step.ACQUIRE);
        acquire(source);
        begin(Step.COPY);
        int target = stage.take();
        try {
            CopyCommands copy = source.to(stage, target);
            copy.submit();
            lastCopy = copy;
            counts.copied();
            begin(Step.WAIT);
            counts.waited();
            if (!copy.await(copyMillis * 1_000_000L)) {
                throw new BackendException("the GPU did not end a copy of " + source.geometry() + " within " + copyMillis + " ms");
            }
            step = Step.TRANSFER;
            ImportedFrame imported = stage.finish(slot.format(), frame.color(), cursor);
            shown = true;
            return imported;
        } catch (RuntimeException e) {
            stage.abandon();
            throw e;
        }
    }

    private SlotCopy source(BufferSlot.Dmabuf slot) {
        SlotCopy known = slots.get(slot);
        if (known != null && known.geometry().describes(slot)) {
            return known;
        }
        begin(Step.IMPORT);
        forget(slot);
        SlotCopy source = new SlotCopy(device, capabilities, options, slot, Geometry.of(slot), this::shader);
        slots.put(slot, source);
        counts.imported();
        return source;
    }

    private Optional<DetileProgram> shader() {
        if (!shaderTried) {
            shaderTried = true;
            try {
                shader = Optional.of(parts.add(new DetileProgram(device)));
            } catch (VulkanException e) {
                LOG.log(System.Logger.Level.WARNING, "tiles are copied by the driver, since it does not take the shader: {0}", e.getMessage());
            }
        }
        return shader;
    }

    private void stage(Geometry geometry) {
        int stride = SlotCopy.stageStride(geometry, geometry.linear() && capabilities.linearAsBuffer());
        if (stage != null && stageWidth == geometry.width() && stageHeight == geometry.height() && stage.stride() == stride) {
            return;
        }
        begin(Step.STAGE);
        dropStage();
        stage = cuda.isPresent()
                ? new CudaStage(device, cudaSide, geometry.width(), geometry.height(), stride, steps, options, counts)
                : new HostStage(device, geometry.width(), geometry.height(), stride, steps, options.log());
        stageWidth = geometry.width();
        stageHeight = geometry.height();
        counts.staged();
    }

    private void dropStage() {
        if (stage != null) {
            slots.values().forEach(s -> s.forget(stage));
            lastCopy = null;
            shown = false;
            retired.add(stage);
            stage = null;
            closeRetired(false);
        }
    }

    private void closeRetired(boolean all) {
        for (int i = retired.size() - 1; i >= 0; i--) {
            if (all || !retired.get(i).held()) {
                retired.remove(i).close();
            }
        }
    }

    private void acquire(SlotCopy source) {
        if (source.dmabuf() < 0) {
            return;
        }
        switch (fence.await(source.dmabuf(), options.acquireMillis())) {
            case READY -> { }
            case TIMED_OUT -> throw new BackendException("the compositor did not end writing " + source.geometry() + " within "
                    + options.acquireMillis() + " ms");
            case NO_DMABUF -> throw new BackendException("the dmabuf of " + source.geometry() + " can't be waited for");
        }
    }

    @Override
    public ImportedFrame redraw(CursorState cursor) {
        requireOpen();
        if (!shown) {
            throw new IllegalStateException("no frame has been imported");
        }
        try {
            if (cudaSide != null) {
                cudaSide.context().makeCurrent();
            }
            step = Step.TRANSFER;
            ImportedFrame again = stage.again(cursor);
            counts.redrawn();
            return again;
        } catch (BackendException e) {
            stage.abandon();
            throw e;
        } catch (VulkanException | CudaException e) {
            stage.abandon();
            throw failure(e, null);
        }
    }

    @Override
    public void forget(BufferSlot slot) {
        SlotCopy gone = slots.remove(slot);
        if (gone != null) {
            lastCopy = null;
            gone.close();
        }
    }

    @Override
    public Map<String, Long> counters() {
        return counts.map();
    }

    /** Slots with something kept for them. */
    int cached() {
        return slots.size();
    }

    /** What the GPU took for the last frame's copies, or -1; only if {@link Options#timed}. */
    long gpuNanos() {
        long first = lastCopy == null ? -1 : lastCopy.gpuNanos();
        long second = stage == null ? -1 : stage.gpuNanos();
        return first < 0 || second < 0 ? -1 : first + second;
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            if (cudaSide != null) {
                cudaSide.context().makeCurrent();
            }
            slots.values().forEach(SlotCopy::close);
            slots.clear();
            dropStage();
            closeRetired(true);
        } catch (VulkanException | CudaException e) {
            LOG.log(System.Logger.Level.DEBUG, "not closed properly", e);
        } finally {
            parts.close();
        }
    }
}
