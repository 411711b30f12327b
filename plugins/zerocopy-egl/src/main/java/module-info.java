/** Imports dmabufs as EGL images and brings their pixels out of the tiling by a draw of OpenGL. */
module lumen.plugin.zerocopy.egl {
    requires java.management;
    requires lumen.spi;
    requires lumen.cuda;
    requires lumen.posix;
    requires lumen.vulkan;
    requires org.lwjgl;
    requires org.lwjgl.egl;
    requires org.lwjgl.opengl;

    provides lumen.spi.FrameImporterProvider with lumen.plugin.zerocopy.egl.EglImporterProvider;
}
