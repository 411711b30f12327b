package lumen.plugin.ffmpeg;

import lumen.spi.BackendException;
import org.bytedeco.ffmpeg.avfilter.AVBufferSrcParameters;
import org.bytedeco.ffmpeg.avfilter.AVFilterContext;
import org.bytedeco.ffmpeg.avfilter.AVFilterGraph;
import org.bytedeco.ffmpeg.avutil.AVBufferRef;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.global.avfilter;
import org.bytedeco.ffmpeg.global.avutil;

/** Converts RGB surfaces of one size to the stream's size and colours on the GPU's video processor ({@code scale_vaapi}). */
final class VaapiScaler implements AutoCloseable {
    private final AVFilterGraph graph;
    private final AVFilterContext source;
    private final AVFilterContext sink;

    /**
     * @param frames {@code AVBufferRef} of the pool its input comes from
     * @param width  of the input
     * @param height of the input
     * @param pixels FFmpeg's number of the output's format
     */
    VaapiScaler(AVBufferRef frames, int width, int height, int streamWidth, int streamHeight, int pixels, VideoSignal signal) {
        graph = avfilter.avfilter_graph_alloc();
        if (graph == null) {
            throw new BackendException("FFmpeg has no memory for a filter graph");
        }
        try (FFmpegLog.Heard heard = FFmpegLog.listen()) {
            source = allocate("buffer", "in");
            sink = allocate("buffersink", "out");
            AVFilterContext scale = allocate("scale_vaapi", "scale");
            AVBufferSrcParameters parameters = avfilter.av_buffersrc_parameters_alloc();
            try {
                parameters.format(avutil.AV_PIX_FMT_VAAPI).width(width).height(height).hw_frames_ctx(frames)
                        .color_space(avutil.AVCOL_SPC_RGB).color_range(avutil.AVCOL_RANGE_JPEG);
                parameters.time_base(avutil.av_make_q(1, 1000));
                check(avfilter.av_buffersrc_parameters_set(source, parameters), "set up a filter's input", heard);
            } finally {
                avutil.av_free(parameters);
            }
            check(avfilter.avfilter_init_str(source, (String) null), "make a filter's input", heard);
            check(avfilter.avfilter_init_str(scale, "w=" + streamWidth + ":h=" + streamHeight + ":format="
                    + avutil.av_get_pix_fmt_name(pixels).getString() + ":out_range=" + signal.range() + ":out_color_matrix="
                    + avutil.av_color_space_name(signal.matrix()).getString()), "make scale_vaapi", heard);
            check(avfilter.avfilter_init_dict(sink, (AVDictionary) null), "make a filter's output", heard);
            check(avfilter.avfilter_link(source, 0, scale, 0), "link filters", heard);
            check(avfilter.avfilter_link(scale, 0, sink, 0), "link filters", heard);
            check(avfilter.avfilter_graph_config(graph, null), "configure scale_vaapi", heard);
        } catch (RuntimeException e) {
            avfilter.avfilter_graph_free(graph);
            throw e;
        }
    }

    private AVFilterContext allocate(String filter, String name) {
        var type = avfilter.avfilter_get_by_name(filter);
        AVFilterContext context = type == null ? null : avfilter.avfilter_graph_alloc_filter(graph, type, name);
        if (context == null) {
            throw new BackendException("this build of FFmpeg has no filter " + filter);
        }
        return context;
    }

    private static void check(int result, String step, FFmpegLog.Heard heard) {
        if (result < 0) {
            throw new BackendException("FFmpeg could not " + step + ": " + heard.orElse("no reason given") + ", "
                    + FFmpegError.message(result));
        }
    }

    /**
     * Converts one surface.
     *
     * @param from stays as it is
     * @param into empty before
     */
    void convert(FrameFields from, FrameFields into) {
        FFmpegError.check(avfilter.av_buffersrc_add_frame_flags(source, from.frame, avfilter.AV_BUFFERSRC_FLAG_KEEP_REF),
                "hand a surface to scale_vaapi");
        FFmpegError.check(avfilter.av_buffersink_get_frame(sink, into.frame), "convert a surface by scale_vaapi");
    }

    @Override
    public void close() {
        avfilter.avfilter_graph_free(graph);
    }
}
