/** Encodes with FFmpeg: on the GPU by NVENC, VAAPI or Vulkan Video, or on the CPU by libx264. */
module lumen.plugin.ffmpeg {
    requires lumen.cuda;
    requires lumen.posix;
    requires lumen.spi;

    requires jdk.incubator.vector;
    requires org.bytedeco.ffmpeg;
    requires org.bytedeco.javacpp;

    provides lumen.spi.EncoderProvider with lumen.plugin.ffmpeg.FFmpegEncoderProvider;
    provides lumen.spi.FrameImporterProvider with lumen.plugin.ffmpeg.DmabufImporterProvider;
}
