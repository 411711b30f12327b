package lumen.plugin.ffmpeg;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import lumen.spi.ImportOffer;

/**
 * What this machine's GPUs were seen to do.
 *
 * @param encoders those that were opened and encoded a picture
 * @param cuda     the CUDA devices that converted a picture without an error, by UUID
 * @param dmabufs  what each render node's VAAPI driver takes
 * @param tried    what was tried, and what came of it, in that order
 */
record HardwareSurvey(List<Found> encoders, List<String> cuda, Map<String, List<ImportOffer>> dmabufs, List<Tried> tried) {
    /** Nothing was seen yet. */
    static final HardwareSurvey NONE = new HardwareSurvey(List.of(), List.of(), Map.of(), List.of());
    /** Nothing will be. */
    static final HardwareSurvey LEFT_ALONE = new HardwareSurvey(List.of(), List.of(), Map.of(), List.of(new Tried("GPUs", false,
            "left alone until a driver changes: trying them has ended the host twice")));

    HardwareSurvey {
        encoders = List.copyOf(encoders);
        cuda = List.copyOf(cuda);
        dmabufs = Map.copyOf(dmabufs);
        tried = List.copyOf(tried);
    }

    /**
     * Something that was tried.
     *
     * @param name  an encoder, a device or an interface
     * @param works true if it does what it is for
     * @param seen  one sentence
     */
    record Tried(String name, boolean works, String seen) {
    }

    /**
     * An encoder that works.
     *
     * @param place    render node, UUID of the CUDA device, or empty for the first Vulkan device
     * @param bitDepth most bits a sample
     */
    record Found(HardwareCodec codec, String place, int bitDepth) {
    }

    /** Most bits a sample of an encoder anywhere; empty if it works nowhere. */
    Optional<Integer> bitDepth(HardwareCodec codec) {
        return encoders.stream().filter(f -> f.codec() == codec).map(Found::bitDepth).max(Integer::compare);
    }

    /** True if an encoder works there. */
    boolean works(HardwareCodec codec, String place) {
        return encoders.stream().anyMatch(f -> f.codec() == codec && f.place().equals(place));
    }

    /** Where an encoder works with that many bits, the wanted place first. */
    Optional<String> place(HardwareCodec codec, int bitDepth, Optional<String> wanted) {
        List<String> places = encoders.stream().filter(f -> f.codec() == codec && f.bitDepth() >= bitDepth)
                .map(Found::place).toList();
        return places.stream().filter(p -> wanted.equals(Optional.of(p))).findFirst().or(() -> places.stream().findFirst());
    }
}
