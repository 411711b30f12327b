package lumen.vulkan;

import java.nio.LongBuffer;
import org.lwjgl.PointerBuffer;
import org.lwjgl.system.MemoryStack;
import org.lwjgl.system.MemoryUtil;
import org.lwjgl.vulkan.VK10;
import org.lwjgl.vulkan.VkBufferCopy;
import org.lwjgl.vulkan.VkBufferImageCopy;
import org.lwjgl.vulkan.VkBufferMemoryBarrier;
import org.lwjgl.vulkan.VkCommandBuffer;
import org.lwjgl.vulkan.VkCommandBufferAllocateInfo;
import org.lwjgl.vulkan.VkCommandBufferBeginInfo;
import org.lwjgl.vulkan.VkFenceCreateInfo;
import org.lwjgl.vulkan.VkImageMemoryBarrier;
import org.lwjgl.vulkan.VkMemoryBarrier;
import org.lwjgl.vulkan.VkQueryPoolCreateInfo;
import org.lwjgl.vulkan.VkSubmitInfo;

/**
 * Copies recorded once and carried out as often as they are submitted: {@link #begin}, what to do, {@link #end}; then
 * {@link #submit} and {@link #await} in turn, which allocate nothing.
 */
public final class CopyCommands implements AutoCloseable {
    private static final long CLOSE_NANOS = 2_000_000_000L;
    private static final int TICKS = 2;

    private final VulkanDevice device;
    private final DeviceQueue queue;
    private final VkCommandBuffer commands;
    private final long fence;
    private final long queries;
    private final PointerBuffer commandsPointer;
    private final LongBuffer fencePointer;
    private final LongBuffer ticks;
    private final VkSubmitInfo submission;
    /** What of this writes: copies, or a shader. */
    private Worker worker = Worker.COPY;
    private boolean pending;
    private boolean closed;

    /** What reads and writes in commands. */
    public enum Worker {
        COPY(VK10.VK_PIPELINE_STAGE_TRANSFER_BIT, VK10.VK_ACCESS_TRANSFER_READ_BIT, VK10.VK_ACCESS_TRANSFER_WRITE_BIT,
                VK10.VK_IMAGE_LAYOUT_TRANSFER_SRC_OPTIMAL),
        /** Of the {@linkplain VulkanDevice.QueueKind#GENERAL general} queue only. */
        SHADER(VK10.VK_PIPELINE_STAGE_COMPUTE_SHADER_BIT, VK10.VK_ACCESS_SHADER_READ_BIT, VK10.VK_ACCESS_SHADER_WRITE_BIT,
                VK10.VK_IMAGE_LAYOUT_SHADER_READ_ONLY_OPTIMAL);

        private final int stage;
        private final int reads;
        private final int writes;
        private final int layout;

        Worker(int stage, int reads, int writes, int layout) {
            this.stage = stage;
            this.reads = reads;
            this.writes = writes;
            this.layout = layout;
        }
    }

    /** For the general queue. */
    public CopyCommands(VulkanDevice device, boolean timed) {
        this(device, VulkanDevice.QueueKind.GENERAL, timed);
    }

    /**
     * @param kind  the queue that carries them out
     * @param timed whether {@link #gpuNanos} is wanted
     */
    public CopyCommands(VulkanDevice device, VulkanDevice.QueueKind kind, boolean timed) {
        this.device = device;
        this.queue = device.queue(kind);
        try (MemoryStack stack = MemoryStack.stackPush()) {
            PointerBuffer pointer = stack.mallocPointer(1);
            VulkanException.check("vkAllocateCommandBuffers", VK10.vkAllocateCommandBuffers(device.handle(),
                    VkCommandBufferAllocateInfo.calloc(stack).sType$Default().commandPool(queue.commandPool())
                            .level(VK10.VK_COMMAND_BUFFER_LEVEL_PRIMARY).commandBufferCount(1), pointer));
            commands = new VkCommandBuffer(pointer.get(0), device.handle());
            LongBuffer handle = stack.mallocLong(1);
            int result = VK10.vkCreateFence(device.handle(), VkFenceCreateInfo.calloc(stack).sType$Default(), null, handle);
            if (result < 0) {
                VK10.vkFreeCommandBuffers(device.handle(), queue.commandPool(), commands);
                VulkanException.check("vkCreateFence", result);
            }
            fence = handle.get(0);
            long pool = 0;
            if (timed && queue.timestampBits() > 0) {
                result = VK10.vkCreateQueryPool(device.handle(), VkQueryPoolCreateInfo.calloc(stack).sType$Default()
                        .queryType(VK10.VK_QUERY_TYPE_TIMESTAMP).queryCount(TICKS), null, handle);
                pool = result < 0 ? 0 : handle.get(0);
            }
            queries = pool;
        }
        commandsPointer = MemoryUtil.memAllocPointer(1).put(0, commands.address());
        fencePointer = MemoryUtil.memAllocLong(1).put(0, fence);
        ticks = MemoryUtil.memAllocLong(TICKS);
        submission = VkSubmitInfo.calloc().sType$Default().pCommandBuffers(commandsPointer);
    }

    /** Forgets what was recorded before; nothing of it may be under way. What follows are copies. */
    public void begin() {
        begin(Worker.COPY);
    }

    /** Forgets what was recorded before; nothing of it may be under way. */
    public void begin(Worker next) {
        requireIdle();
        worker = next;
        try (MemoryStack stack = MemoryStack.stackPush()) {
            VulkanException.check("vkBeginCommandBuffer",
                    VK10.vkBeginCommandBuffer(commands, VkCommandBufferBeginInfo.calloc(stack).sType$Default()));
        }
        if (queries != 0) {
            VK10.vkCmdResetQueryPool(commands, queries, 0, TICKS);
            VK10.vkCmdWriteTimestamp(commands, VK10.VK_PIPELINE_STAGE_TOP_OF_PIPE_BIT, queries, 0);
        }
    }

    /** Takes over a buffer that another driver has written, or is to write no more. */
    public void acquire(VulkanBuffer buffer) {
        transfer(buffer, device.outside(buffer.shared()), queue.family(), 0, worker.reads | worker.writes);
    }

    /** Hands a buffer to other drivers, with what was copied to it. */
    public void release(VulkanBuffer buffer) {
        transfer(buffer, queue.family(), device.outside(buffer.shared()), worker.writes, 0);
    }

    private void transfer(VulkanBuffer buffer, int from, int to, int before, int after) {
        try (MemoryStack stack = MemoryStack.stackPush()) {
            VkBufferMemoryBarrier.Buffer barrier = VkBufferMemoryBarrier.calloc(1, stack);
            barrier.get(0).sType$Default().srcAccessMask(before).dstAccessMask(after).srcQueueFamilyIndex(from)
                    .dstQueueFamilyIndex(to).buffer(buffer.handle()).offset(0).size(VK10.VK_WHOLE_SIZE);
            VK10.vkCmdPipelineBarrier(commands, stage(before), stage(after), 0, null, barrier, null);
        }
    }

    private int stage(int access) {
        return access == 0 ? VK10.VK_PIPELINE_STAGE_ALL_COMMANDS_BIT : worker.stage;
    }

    /** Takes over an image that another driver has written. */
    public void acquire(VulkanImage image) {
        transfer(image, device.outside(image.shared()), queue.family(), 0, worker.reads, VK10.VK_IMAGE_LAYOUT_GENERAL, worker.layout);
    }

    /** Hands an image back that was only read. */
    public void release(VulkanImage image) {
        transfer(image, queue.family(), device.outside(image.shared()), 0, 0, worker.layout, VK10.VK_IMAGE_LAYOUT_GENERAL);
    }

    private void transfer(VulkanImage image, int from, int to, int before, int after, int oldLayout, int newLayout) {
        try (MemoryStack stack = MemoryStack.stackPush()) {
            VkImageMemoryBarrier.Buffer barrier = VkImageMemoryBarrier.calloc(1, stack);
            barrier.get(0).sType$Default().srcAccessMask(before).dstAccessMask(after).oldLayout(oldLayout).newLayout(newLayout)
                    .srcQueueFamilyIndex(from).dstQueueFamilyIndex(to).image(image.handle());
            barrier.get(0).subresourceRange().set(VK10.VK_IMAGE_ASPECT_COLOR_BIT, 0, 1, 0, 1);
            VK10.vkCmdPipelineBarrier(commands, stage(before), stage(after), 0, null, null, barrier);
        }
    }

    /** Copies bytes. */
    public void copy(VulkanBuffer from, long fromOffset, VulkanBuffer to, long toOffset, long bytes) {
        copyRows(from, fromOffset, bytes, to, toOffset, bytes, bytes, 1);
    }

    /** Copies rows of bytes that lie {@code stride} apart. */
    public void copyRows(VulkanBuffer from, long fromOffset, long fromStride, VulkanBuffer to, long toOffset, long toStride, long bytes,
            int rows) {
        try (VkBufferCopy.Buffer regions = VkBufferCopy.malloc(rows)) {
            for (int i = 0; i < rows; i++) {
                regions.get(i).set(fromOffset + i * fromStride, toOffset + i * toStride, bytes);
            }
            VK10.vkCmdCopyBuffer(commands, from.handle(), to.handle(), regions);
        }
    }

    /** Copies an acquired image to rows without padding. */
    public void copy(VulkanImage from, VulkanBuffer to) {
        try (MemoryStack stack = MemoryStack.stackPush()) {
            VK10.vkCmdCopyImageToBuffer(commands, from.handle(), VK10.VK_IMAGE_LAYOUT_TRANSFER_SRC_OPTIMAL, to.handle(),
                    whole(from, stack));
        }
    }

    /** Has the shader read its acquired image. */
    public void detile(DetileBinding binding) {
        binding.program().record(commands, binding);
    }

    /** Copies rows without padding over whatever an image held, and hands it to other drivers. */
    public void fillAndRelease(VulkanBuffer from, VulkanImage to) {
        try (MemoryStack stack = MemoryStack.stackPush()) {
            transfer(to, VK10.VK_QUEUE_FAMILY_IGNORED, VK10.VK_QUEUE_FAMILY_IGNORED, 0, VK10.VK_ACCESS_TRANSFER_WRITE_BIT,
                    VK10.VK_IMAGE_LAYOUT_UNDEFINED, VK10.VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL);
            VK10.vkCmdCopyBufferToImage(commands, from.handle(), to.handle(), VK10.VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL,
                    whole(to, stack));
            transfer(to, queue.family(), device.outside(to.shared()), VK10.VK_ACCESS_TRANSFER_WRITE_BIT, 0,
                    VK10.VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL, VK10.VK_IMAGE_LAYOUT_GENERAL);
        }
    }

    private static VkBufferImageCopy.Buffer whole(VulkanImage image, MemoryStack stack) {
        VkBufferImageCopy.Buffer region = VkBufferImageCopy.calloc(1, stack);
        region.get(0).imageSubresource().set(VK10.VK_IMAGE_ASPECT_COLOR_BIT, 0, 0, 1);
        region.get(0).imageExtent().set(image.width(), image.height(), 1);
        return region;
    }

    /** What was copied becomes visible to the CPU. */
    public void toHost() {
        try (MemoryStack stack = MemoryStack.stackPush()) {
            VkMemoryBarrier.Buffer barrier = VkMemoryBarrier.calloc(1, stack);
            barrier.get(0).sType$Default().srcAccessMask(worker.writes)
                    .dstAccessMask(VK10.VK_ACCESS_HOST_READ_BIT);
            VK10.vkCmdPipelineBarrier(commands, worker.stage, VK10.VK_PIPELINE_STAGE_HOST_BIT, 0, barrier,
                    null, null);
        }
    }

    /** Recorded all. */
    public void end() {
        if (queries != 0) {
            VK10.vkCmdWriteTimestamp(commands, VK10.VK_PIPELINE_STAGE_BOTTOM_OF_PIPE_BIT, queries, 1);
        }
        VulkanException.check("vkEndCommandBuffer", VK10.vkEndCommandBuffer(commands));
    }

    /** Has the device begin. */
    public void submit() {
        requireIdle();
        VulkanException.check("vkResetFences", VK10.nvkResetFences(device.handle(), 1, MemoryUtil.memAddress(fencePointer)));
        VulkanException.check("vkQueueSubmit", VK10.nvkQueueSubmit(queue.handle(), 1, submission.address(), fence));
        pending = true;
    }

    /**
     * Waits for what was submitted last.
     *
     * @return false if it isn't done in time; wait again, or close
     */
    public boolean await(long timeoutNanos) {
        if (!pending) {
            return true;
        }
        int result = VK10.nvkWaitForFences(device.handle(), 1, MemoryUtil.memAddress(fencePointer), VK10.VK_TRUE, timeoutNanos);
        // A lost device works no more: what was submitted counts as over.
        pending = result == VulkanResult.TIMEOUT;
        VulkanException.check("vkWaitForFences", result);
        return !pending;
    }

    private void requireIdle() {
        if (pending) {
            throw new IllegalStateException("the copies submitted last are not known to be done");
        }
    }

    /** What the device took for the copies awaited last, or -1 if it can't tell. */
    public long gpuNanos() {
        if (queries == 0 || pending) {
            return -1;
        }
        int result = VK10.nvkGetQueryPoolResults(device.handle(), queries, 0, TICKS, (long) TICKS * Long.BYTES,
                MemoryUtil.memAddress(ticks), Long.BYTES, VK10.VK_QUERY_RESULT_64_BIT);
        return result != VulkanResult.SUCCESS ? -1
                : (long) ((ticks.get(1) - ticks.get(0) & queue.timestampMask()) * device.gpu().timestampPeriod());
    }

    /** Waits for what is under way, but not for ever: see {@link VulkanDevice#close}. Idempotent. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            if (!await(CLOSE_NANOS)) {
                device.setStuck();
            }
        } catch (VulkanException e) {
            // Lost: nothing is under way any more.
            pending = false;
        }
        if (!device.stuck()) {
            if (queries != 0) {
                VK10.vkDestroyQueryPool(device.handle(), queries, null);
            }
            VK10.vkDestroyFence(device.handle(), fence, null);
            VK10.vkFreeCommandBuffers(device.handle(), queue.commandPool(), commands);
            submission.free();
            MemoryUtil.memFree(commandsPointer);
            MemoryUtil.memFree(fencePointer);
            MemoryUtil.memFree(ticks);
        }
    }
}
