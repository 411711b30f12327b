/** Native libraries of lumen's Java dependencies for Linux on x86_64, with the GPL build of FFmpeg. */
module lumen.natives.linux.x86_64.gpl {
    requires lumen.spi;

    requires org.bytedeco.ffmpeg.linux.x86_64.gpl;
    requires org.bytedeco.javacpp.linux.x86_64;
    requires org.lwjgl.natives;
    requires org.lwjgl.opengl.natives;
    requires org.lwjgl.opus.natives;

    provides lumen.spi.NativeLibraries with lumen.natives.linux_x86_64_gpl.LinuxX8664Gpl;
}
