/** Copies a compositor's dmabufs on the GPU with Vulkan, for CUDA or for the CPU to read. */
module lumen.plugin.zerocopy.vulkan {
    requires lumen.spi;
    requires lumen.posix;
    requires lumen.cuda;
    requires lumen.vulkan;

    provides lumen.spi.FrameImporterProvider with lumen.plugin.zerocopy.vulkan.VulkanImporterProvider;
}
