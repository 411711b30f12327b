package lumen.plugin.zerocopy.vulkan;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import lumen.spi.ColorInfo;
import lumen.spi.CursorState;
import lumen.spi.ImportSteps;
import lumen.spi.ImportedFrame;
import lumen.spi.PixelFormat;
import lumen.vulkan.CopyCommands;
import lumen.vulkan.VulkanBuffer;
import lumen.vulkan.VulkanDevice;

/** Copies for the CPU to read, in memory it reads fast. */
final class HostStage implements Stage {
    private static final Logger LOG = System.getLogger("lumen.zerocopy.vulkan");
    /** Two that are held, and one to copy to. */
    private static final int BUFFERS = 3;

    private final ImportSteps steps;
    private final HostFrame[] frames = new HostFrame[BUFFERS];
    private final VulkanBuffer[] buffers = new VulkanBuffer[BUFFERS];
    private final Arena arena = Arena.ofShared();
    private final int stride;
    /** Of the frame taken last. */
    private int last = -1;

    HostStage(VulkanDevice device, int width, int height, int stride, ImportSteps steps, Level log) {
        this.steps = steps;
        this.stride = stride;
        long size = (long) stride * height;
        try {
            for (int i = 0; i < BUFFERS; i++) {
                buffers[i] = VulkanBuffer.onHost(device, "a staging buffer", size);
                frames[i] = new HostFrame(buffers[i].bytes(), width, height, stride, new CursorPatch(arena));
            }
        } catch (RuntimeException e) {
            close();
            throw e;
        }
        LOG.log(log, "Vulkan→CPU host-visible staging buffers ready count=" + BUFFERS + " size=" + size);
    }

    @Override
    public int targets() {
        return BUFFERS;
    }

    @Override
    public VulkanBuffer target(int index) {
        return buffers[index];
    }

    @Override
    public int stride() {
        return stride;
    }

    @Override
    public void recordEnd(CopyCommands copy, int index) {
        copy.toHost();
    }

    @Override
    public int take() {
        for (int i = 0; i < BUFFERS; i++) {
            if (frames[i].take()) {
                last = i;
                return i;
            }
        }
        throw new IllegalStateException("all " + BUFFERS + " staging buffers are held");
    }

    @Override
    public ImportedFrame finish(PixelFormat format, ColorInfo color, CursorState cursor) {
        HostFrame frame = frames[last];
        frame.show(format, color);
        draw(frame, cursor);
        return frame;
    }

    private void draw(HostFrame frame, CursorState cursor) {
        if (cursor.visible()) {
            steps.begin(Step.CURSOR);
            frame.draw(cursor);
        }
    }

    @Override
    public ImportedFrame again(CursorState cursor) {
        HostFrame frame = frames[last];
        if (!frame.take()) {
            throw new IllegalStateException("the picture to show again is still held");
        }
        frame.clean();
        draw(frame, cursor);
        return frame;
    }

    @Override
    public void abandon() {
        if (last >= 0) {
            frames[last].release();
        }
    }

    @Override
    public long gpuNanos() {
        return 0;
    }

    @Override
    public void close() {
        for (VulkanBuffer buffer : buffers) {
            if (buffer != null) {
                buffer.close();
            }
        }
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }
}
