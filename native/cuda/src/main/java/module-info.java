/**
 * NVIDIA's CUDA driver API through the foreign function interface: one typed class each for device, context, stream,
 * event, memory, and what is shared with Vulkan and GL. {@code libcuda.so.1} comes with the driver; without it nothing
 * here can be opened, and says so. Not an API: exported to lumen's own modules only.
 */
module lumen.cuda {
    requires transitive lumen.posix;

    exports lumen.cuda to lumen.host, lumen.plugin.zerocopy.vulkan, lumen.plugin.zerocopy.egl, lumen.plugin.ffmpeg;
}
