/** Imports dmabufs as EGL images and brings their pixels out of the tiling by a draw of OpenGL. */
module lumen.plugin.zerocopy.egl {
    requires lumen.spi;
    requires lumen.posix;
    requires org.lwjgl;
    requires org.lwjgl.egl;
    requires org.lwjgl.opengl;

    provides lumen.spi.FrameImporterProvider with lumen.plugin.zerocopy.egl.EglImporterProvider;
}
