package lumen.plugin.pipewire;

import java.util.Optional;
import java.util.OptionalLong;
import lumen.pipewire.pod.Pod;
import lumen.pipewire.pod.PodException;
import lumen.pipewire.pod.Spa;

/**
 * What was agreed on.
 *
 * @param modifier empty: memory, or a dmabuf of a producer that tells no modifier
 */
record NegotiatedFormat(VideoFormat format, int width, int height, OptionalLong modifier) {
    private static final int MAX_EDGE = 16_384;

    /** @throws PodException if it is no format this plug-in has offered */
    static NegotiatedFormat parse(Pod pod) {
        int id = required(pod, Spa.FORMAT_VIDEO_FORMAT).id();
        VideoFormat format = VideoFormat.of(id).orElseThrow(() -> new IllegalArgumentException("video format " + id + " was not on offer"));
        Pod size = required(pod, Spa.FORMAT_VIDEO_SIZE);
        if (size.width() < 1 || size.height() < 1 || size.width() > MAX_EDGE || size.height() > MAX_EDGE) {
            throw new IllegalArgumentException("a picture of " + size.width() + "x" + size.height());
        }
        Optional<Pod> modifier = pod.property(Spa.FORMAT_VIDEO_MODIFIER);
        return new NegotiatedFormat(format, size.width(), size.height(),
                modifier.isPresent() ? OptionalLong.of(modifier.get().longInteger()) : OptionalLong.empty());
    }

    private static Pod required(Pod format, int key) {
        return format.property(key).orElseThrow(() -> new IllegalArgumentException("a format without property 0x" + Integer.toHexString(key)));
    }

    @Override
    public String toString() {
        return format + " " + width + "x" + height
                + (modifier.isPresent() ? String.format(" modifier 0x%x", modifier.getAsLong()) : "");
    }
}
