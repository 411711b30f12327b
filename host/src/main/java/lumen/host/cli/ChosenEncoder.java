package lumen.host.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import lumen.host.plugin.EncoderChoice;
import lumen.host.plugin.Selection;
import lumen.spi.VideoCodec;

/**
 * What would encode a codec, and why.
 *
 * @param frames where they come from, such as {@code frames from /dev/dri/renderD128}
 * @param codec  what is asked for
 * @param choice the encoder that would be tried first
 * @param reason as {@link EncoderChoice#reason}
 */
record ChosenEncoder(String frames, VideoCodec codec, EncoderChoice choice, String reason) {

    /** For each GPU a compositor may render on, and for each codec that can be made here; without a GPU, for frames in memory. */
    static List<ChosenEncoder> all(Selection selection, List<RenderNode> nodes) {
        List<ChosenEncoder> all = new ArrayList<>();
        nodes.forEach(node -> add(all, "frames from " + node.path(), selection.encoders(OptionalLong.of(node.number()))));
        if (nodes.isEmpty()) {
            add(all, "frames in memory", selection.encoders(OptionalLong.empty()));
        }
        return all;
    }

    private static void add(List<ChosenEncoder> all, String frames, List<EncoderChoice> choices) {
        for (VideoCodec codec : VideoCodec.values()) {
            List<EncoderChoice> able = choices.stream().filter(c -> c.offer().codec() == codec).toList();
            able.stream().findFirst().ifPresent(first ->
                    all.add(new ChosenEncoder(frames, codec, first, first.reason(able.subList(1, able.size())))));
        }
    }

    /** Such as {@code H264 of frames from /dev/dri/renderD128: h264_vaapi (rank 80, …)}. */
    String line() {
        return codec + " of " + frames + ": " + choice.offer().name() + " (" + reason + ")";
    }
}
