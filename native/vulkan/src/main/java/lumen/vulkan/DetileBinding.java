package lumen.vulkan;

import java.nio.LongBuffer;
import org.lwjgl.system.MemoryStack;
import org.lwjgl.vulkan.VK10;
import org.lwjgl.vulkan.VkDescriptorBufferInfo;
import org.lwjgl.vulkan.VkDescriptorImageInfo;
import org.lwjgl.vulkan.VkDescriptorPoolCreateInfo;
import org.lwjgl.vulkan.VkDescriptorPoolSize;
import org.lwjgl.vulkan.VkDescriptorSetAllocateInfo;
import org.lwjgl.vulkan.VkImageViewCreateInfo;
import org.lwjgl.vulkan.VkWriteDescriptorSet;

/** The image that a {@link DetileProgram} reads and the buffer that it writes. Closed before all three. */
public final class DetileBinding implements AutoCloseable {
    /** What every device lets a shader write at least; a picture larger than this has to be copied. */
    public static final long MOST_BYTES = 1L << 27;
    private static final int NONE = 0;

    private final DetileProgram program;
    private final VulkanImage image;
    private final VulkanBuffer rows;
    private long view;
    private long pool;
    private long set;
    private boolean closed;

    /**
     * @param image imported as {@linkplain VulkanImage#importFrom sampled}
     * @param rows  takes the picture's rows without padding
     * @throws VulkanException if the driver refuses
     */
    public DetileBinding(DetileProgram program, VulkanImage image, VulkanBuffer rows) {
        long bytes = (long) image.width() * image.height() * Formats.BYTES_PER_PIXEL;
        if (rows.size() < bytes || bytes > MOST_BYTES) {
            throw new IllegalArgumentException(bytes + " bytes into a buffer of " + rows.size());
        }
        this.program = program;
        this.image = image;
        this.rows = rows;
        try (MemoryStack stack = MemoryStack.stackPush()) {
            LongBuffer made = stack.mallocLong(1);
            makeView(stack, made);
            makeSet(stack, made);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private void makeView(MemoryStack stack, LongBuffer made) {
        VkImageViewCreateInfo info = VkImageViewCreateInfo.calloc(stack).sType$Default().image(image.handle())
                .viewType(VK10.VK_IMAGE_VIEW_TYPE_2D).format(image.format());
        info.subresourceRange().set(VK10.VK_IMAGE_ASPECT_COLOR_BIT, 0, 1, 0, 1);
        VulkanException.check("vkCreateImageView", VK10.vkCreateImageView(program.device().handle(), info, null, made));
        view = made.get(0);
    }

    private void makeSet(MemoryStack stack, LongBuffer made) {
        VkDescriptorPoolSize.Buffer sizes = VkDescriptorPoolSize.calloc(2, stack);
        sizes.get(0).set(VK10.VK_DESCRIPTOR_TYPE_SAMPLED_IMAGE, 1);
        sizes.get(1).set(VK10.VK_DESCRIPTOR_TYPE_STORAGE_BUFFER, 1);
        VulkanException.check("vkCreateDescriptorPool", VK10.vkCreateDescriptorPool(program.device().handle(),
                VkDescriptorPoolCreateInfo.calloc(stack).sType$Default().maxSets(1).pPoolSizes(sizes), null, made));
        pool = made.get(0);
        VulkanException.check("vkAllocateDescriptorSets", VK10.vkAllocateDescriptorSets(program.device().handle(),
                VkDescriptorSetAllocateInfo.calloc(stack).sType$Default().descriptorPool(pool)
                        .pSetLayouts(stack.longs(program.setLayout())), made));
        set = made.get(0);
        VkDescriptorImageInfo.Buffer picture = VkDescriptorImageInfo.calloc(1, stack);
        picture.get(0).set(VK10.VK_NULL_HANDLE, view, VK10.VK_IMAGE_LAYOUT_SHADER_READ_ONLY_OPTIMAL);
        VkDescriptorBufferInfo.Buffer words = VkDescriptorBufferInfo.calloc(1, stack);
        words.get(0).set(rows.handle(), 0, (long) image.width() * image.height() * Formats.BYTES_PER_PIXEL);
        VkWriteDescriptorSet.Buffer writes = VkWriteDescriptorSet.calloc(2, stack);
        writes.get(0).sType$Default().dstSet(set).dstBinding(DetileProgram.PICTURE).descriptorCount(1)
                .descriptorType(VK10.VK_DESCRIPTOR_TYPE_SAMPLED_IMAGE).pImageInfo(picture);
        writes.get(1).sType$Default().dstSet(set).dstBinding(DetileProgram.ROWS).descriptorCount(1)
                .descriptorType(VK10.VK_DESCRIPTOR_TYPE_STORAGE_BUFFER).pBufferInfo(words);
        VK10.vkUpdateDescriptorSets(program.device().handle(), writes, null);
    }

    DetileProgram program() {
        return program;
    }

    VulkanImage image() {
        return image;
    }

    long set() {
        return set;
    }

    /** Nothing of it may be under way. Idempotent. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (program.device().stuck()) {
            return;
        }
        if (pool != NONE) {
            VK10.vkDestroyDescriptorPool(program.device().handle(), pool, null);
        }
        if (view != NONE) {
            VK10.vkDestroyImageView(program.device().handle(), view, null);
        }
    }
}
