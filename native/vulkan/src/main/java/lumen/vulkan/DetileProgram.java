package lumen.vulkan;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import org.lwjgl.system.MemoryStack;
import org.lwjgl.system.MemoryUtil;
import org.lwjgl.vulkan.VK10;
import org.lwjgl.vulkan.VkCommandBuffer;
import org.lwjgl.vulkan.VkComputePipelineCreateInfo;
import org.lwjgl.vulkan.VkDescriptorSetLayoutBinding;
import org.lwjgl.vulkan.VkDescriptorSetLayoutCreateInfo;
import org.lwjgl.vulkan.VkPipelineLayoutCreateInfo;
import org.lwjgl.vulkan.VkPushConstantRange;
import org.lwjgl.vulkan.VkShaderModuleCreateInfo;

/**
 * The compute shader that reads an image and writes it as rows, {@code src/main/glsl/detile.comp}: on some GPUs several times as
 * fast as {@code vkCmdCopyImageToBuffer}, with the same bytes. Of one device, which is closed after it.
 */
public final class DetileProgram implements AutoCloseable {
    static final int PICTURE = 0;
    static final int ROWS = 1;
    /** As the shader's. */
    private static final int GROUP_WIDTH = 32;
    private static final int GROUP_HEIGHT = 8;
    private static final int SHAPE_INTS = 4;
    private static final int NONE = 0;

    private final VulkanDevice device;
    private long shader;
    private long setLayout;
    private long pipelineLayout;
    private long pipeline;
    private boolean closed;

    /** @throws VulkanException if the driver doesn't take the shader */
    public DetileProgram(VulkanDevice device) {
        this.device = device;
        try (MemoryStack stack = MemoryStack.stackPush()) {
            LongBuffer made = stack.mallocLong(1);
            makeShader(stack, made);
            makeLayouts(stack, made);
            VkComputePipelineCreateInfo.Buffer info = VkComputePipelineCreateInfo.calloc(1, stack);
            info.get(0).sType$Default().layout(pipelineLayout).stage().sType$Default().stage(VK10.VK_SHADER_STAGE_COMPUTE_BIT)
                    .module(shader).pName(stack.ASCII("main"));
            VulkanException.check("vkCreateComputePipelines",
                    VK10.vkCreateComputePipelines(device.handle(), VK10.VK_NULL_HANDLE, info, null, made));
            pipeline = made.get(0);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private void makeShader(MemoryStack stack, LongBuffer made) {
        ByteBuffer code = code();
        try {
            VulkanException.check("vkCreateShaderModule", VK10.vkCreateShaderModule(device.handle(),
                    VkShaderModuleCreateInfo.calloc(stack).sType$Default().pCode(code), null, made));
            shader = made.get(0);
        } finally {
            MemoryUtil.memFree(code);
        }
    }

    private static ByteBuffer code() {
        try (InputStream in = DetileProgram.class.getResourceAsStream("detile.spv")) {
            byte[] bytes = in.readAllBytes();
            return MemoryUtil.memAlloc(bytes.length).put(0, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void makeLayouts(MemoryStack stack, LongBuffer made) {
        VkDescriptorSetLayoutBinding.Buffer bindings = VkDescriptorSetLayoutBinding.calloc(2, stack);
        bindings.get(0).binding(PICTURE).descriptorType(VK10.VK_DESCRIPTOR_TYPE_SAMPLED_IMAGE).descriptorCount(1)
                .stageFlags(VK10.VK_SHADER_STAGE_COMPUTE_BIT);
        bindings.get(1).binding(ROWS).descriptorType(VK10.VK_DESCRIPTOR_TYPE_STORAGE_BUFFER).descriptorCount(1)
                .stageFlags(VK10.VK_SHADER_STAGE_COMPUTE_BIT);
        VulkanException.check("vkCreateDescriptorSetLayout", VK10.vkCreateDescriptorSetLayout(device.handle(),
                VkDescriptorSetLayoutCreateInfo.calloc(stack).sType$Default().pBindings(bindings), null, made));
        setLayout = made.get(0);
        VkPushConstantRange.Buffer shape = VkPushConstantRange.calloc(1, stack);
        shape.get(0).stageFlags(VK10.VK_SHADER_STAGE_COMPUTE_BIT).size(SHAPE_INTS * Integer.BYTES);
        VulkanException.check("vkCreatePipelineLayout", VK10.vkCreatePipelineLayout(device.handle(), VkPipelineLayoutCreateInfo
                .calloc(stack).sType$Default().pSetLayouts(stack.longs(setLayout)).pPushConstantRanges(shape), null, made));
        pipelineLayout = made.get(0);
    }

    VulkanDevice device() {
        return device;
    }

    long setLayout() {
        return setLayout;
    }

    /** Records a run over a whole picture. */
    void record(VkCommandBuffer commands, DetileBinding binding) {
        try (MemoryStack stack = MemoryStack.stackPush()) {
            VK10.vkCmdBindPipeline(commands, VK10.VK_PIPELINE_BIND_POINT_COMPUTE, pipeline);
            VK10.vkCmdBindDescriptorSets(commands, VK10.VK_PIPELINE_BIND_POINT_COMPUTE, pipelineLayout, 0,
                    stack.longs(binding.set()), null);
            VulkanImage image = binding.image();
            IntBuffer shape = stack.ints(image.width(), image.height(), image.width(), Formats.shaderOrder(image.format()));
            VK10.vkCmdPushConstants(commands, pipelineLayout, VK10.VK_SHADER_STAGE_COMPUTE_BIT, 0, shape);
            VK10.vkCmdDispatch(commands, Math.ceilDiv(image.width(), GROUP_WIDTH), Math.ceilDiv(image.height(), GROUP_HEIGHT), 1);
        }
    }

    /** Nothing of it may be under way. Idempotent. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (device.stuck()) {
            return;
        }
        if (pipeline != NONE) {
            VK10.vkDestroyPipeline(device.handle(), pipeline, null);
        }
        if (pipelineLayout != NONE) {
            VK10.vkDestroyPipelineLayout(device.handle(), pipelineLayout, null);
        }
        if (setLayout != NONE) {
            VK10.vkDestroyDescriptorSetLayout(device.handle(), setLayout, null);
        }
        if (shader != NONE) {
            VK10.vkDestroyShaderModule(device.handle(), shader, null);
        }
    }
}
