/**
 * Vulkan for copies between memory that others own: devices, buffers and images that come from or go to other drivers,
 * pre-recorded copies, waits that end. Thin handles over LWJGL, no policy. Not an API: exported to lumen's own modules only.
 */
module lumen.vulkan {
    requires lumen.posix;

    requires org.lwjgl;
    requires org.lwjgl.vulkan;

    exports lumen.vulkan to lumen.plugin.zerocopy.vulkan, lumen.plugin.zerocopy.egl, lumen.plugin.ffmpeg, lumen.host;
}
