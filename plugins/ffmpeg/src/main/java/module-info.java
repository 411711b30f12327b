/** Encodes H.264 on the CPU with FFmpeg's libx264. */
module lumen.plugin.ffmpeg {
    requires lumen.spi;

    requires jdk.incubator.vector;
    requires org.bytedeco.ffmpeg;
    requires org.bytedeco.javacpp;

    provides lumen.spi.EncoderProvider with lumen.plugin.ffmpeg.FFmpegEncoderProvider;
}
