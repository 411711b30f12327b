package lumen.plugin.ffmpeg;

import java.util.List;
import lumen.plugin.ffmpeg.color.Nv12Converter;
import lumen.spi.BackendException;
import lumen.spi.Chroma;
import lumen.spi.ColorInfo;
import lumen.spi.DisplayMode;
import lumen.spi.Encoder;
import lumen.spi.EncoderOffer;
import lumen.spi.EncoderProvider;
import lumen.spi.EncoderSettings;
import lumen.spi.Evidence;
import lumen.spi.FrameKind;
import lumen.spi.HostContext;
import lumen.spi.Probe;
import lumen.spi.VideoCodec;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;

/** Offers libx264 where FFmpeg's libraries load and it opens. */
public final class FFmpegEncoderProvider implements EncoderProvider {
    private static final String GET_NATIVES =
            "Add the natives module for this platform, such as lumen-natives-linux-x86_64-gpl, to the module path.";

    private static final int RANK = 50;

    private volatile String preset = X264Preset.AUTO;

    @Override
    public String id() {
        return "ffmpeg";
    }

    /**
     * Opens libx264 at a tiny size. The first probe on a machine also unpacks the native libraries, which
     * takes longer than later ones.
     */
    @Override
    public Probe probe(HostContext host) {
        String asked = host.variable("LUMEN_X264_PRESET").orElse(X264Preset.AUTO);
        if (!X264Preset.WORDS.contains(asked)) {
            return Probe.unavailable("x264 has no preset '" + asked + "'",
                    "Set LUMEN_X264_PRESET to one of " + String.join(", ", X264Preset.WORDS) + ".");
        }
        try {
            String version = avutil.av_version_info().getString();
            FFmpegLog.install(host.variable("LUMEN_FFMPEG_DEBUG").filter("true"::equals).isPresent());
            var tiny = new EncoderSettings(VideoCodec.H264, DisplayMode.of(64, 64, 60), 1000, 1, 1,
                    ColorInfo.DESKTOP);
            X264.open(tiny, asked).close();
            preset = asked;
            return Probe.available(RANK, new Evidence("FFmpeg", version + ", libavcodec "
                            + versionText(avcodec.avcodec_version())),
                    new Evidence("encoder", X264Context.NAME), new Evidence("preset", explained(asked)),
                    new Evidence("colour conversion", Nv12Converter.best()));
        } catch (LinkageError e) {
            return Probe.unavailable("FFmpeg's native libraries did not load: " + e.getMessage(), GET_NATIVES);
        } catch (BackendException e) {
            return Probe.unavailable(e.getMessage(), new Evidence("preset", asked));
        }
    }

    private static String explained(String preset) {
        return preset.equals(X264Preset.AUTO)
                ? preset + ": " + X264Preset.FINE + " up to " + X264Preset.FINE_PIXELS_PER_SECOND / 1_000_000
                        + " million pixels/s, " + X264Preset.FAST + " above"
                : preset;
    }

    private static String versionText(int version) {
        return (version >> 16) + "." + (version >> 8 & 0xFF) + "." + (version & 0xFF);
    }

    @Override
    public List<EncoderOffer> offers() {
        return List.of(new EncoderOffer(X264Context.NAME, VideoCodec.H264, RANK, List.of(FrameKind.SYSTEM_MEMORY), 8,
                Chroma.YUV420, true));
    }

    @Override
    public Encoder open(EncoderOffer offer, EncoderSettings settings) {
        if (!offer.meets(settings)) {
            throw new BackendException(offer.name() + " encodes " + offer.codec() + " of " + offer.bitDepth() + " bits, not " + settings);
        }
        try {
            return X264.open(settings, preset);
        } catch (LinkageError e) {
            throw new BackendException("FFmpeg's native libraries did not load", e);
        }
    }
}
