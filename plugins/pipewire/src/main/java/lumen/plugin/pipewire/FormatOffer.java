package lumen.plugin.pipewire;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import lumen.pipewire.pod.PodBuilder;
import lumen.pipewire.pod.Spa;
import lumen.spi.DisplayMode;
import lumen.spi.ImportOffer;

/**
 * One round of formats to offer: dmabufs with the modifiers that importers take, in their order, and shared memory after
 * them. Each format is offered at the display's exact size first (Mutter gives a virtual monitor the consumer's size) and at
 * any size after that (the size of a running node may change).
 *
 * @param modifiers   by format, best first
 * @param memory      formats without a modifier
 * @param memoryTypes bits of {@code 1 << enum spa_data_type} for those
 */
record FormatOffer(Map<VideoFormat, List<Long>> modifiers, List<VideoFormat> memory, int memoryTypes, Optional<int[]> size) {
    private static final int MAX_EDGE = 16_384;
    private static final int MAX_HERTZ = 1000;
    private static final int MEMORY = 1 << Spa.DATA_MEM_FD | 1 << Spa.DATA_MEM_PTR;
    private static final int DMABUF = 1 << Spa.DATA_DMA_BUF;

    /** What importers take, as rounds to try one after the other: everything, then shared memory alone. */
    static List<FormatOffer> rounds(List<ImportOffer> offers, Optional<FixedFormat> fixed) {
        if (fixed.isPresent()) {
            FixedFormat f = fixed.get();
            return List.of(f.modifier().isPresent()
                    ? new FormatOffer(Map.of(f.format(), List.of(f.modifier().getAsLong())), List.of(), MEMORY, f.size())
                    : new FormatOffer(Map.of(), List.of(f.format()), MEMORY | DMABUF, f.size()));
        }
        Map<VideoFormat, List<Long>> modifiers = new LinkedHashMap<>();
        List<VideoFormat> memory = new ArrayList<>();
        boolean linear = false;
        for (ImportOffer offer : offers) {
            VideoFormat format = VideoFormat.of(offer.format());
            switch (offer.transport()) {
                case DMABUF -> {
                    modifiers.computeIfAbsent(format, f -> new ArrayList<>()).add(offer.modifier());
                    linear |= offer.modifier() == ImportOffer.LINEAR;
                }
                case MEMORY -> memory.add(format);
            }
        }
        // Tiled ones first, so that a compositor that can keep its own layout does.
        modifiers.values().forEach(list -> list.sort((a, b) -> Boolean.compare(a == ImportOffer.LINEAR, b == ImportOffer.LINEAR)));
        List<FormatOffer> rounds = new ArrayList<>();
        // gamescope answers an offer of memory with dmabufs, which are linear.
        int types = MEMORY | (linear ? DMABUF : 0);
        if (!modifiers.isEmpty()) {
            rounds.add(new FormatOffer(modifiers, memory, types, Optional.empty()));
        }
        if (!memory.isEmpty()) {
            rounds.add(new FormatOffer(Map.of(), memory, types, Optional.empty()));
        }
        return rounds;
    }

    /** {@code EnumFormat} pods, best first. */
    List<MemorySegment> formats(DisplayMode mode, Arena arena) {
        List<MemorySegment> pods = new ArrayList<>();
        for (boolean exact : size.isPresent() ? new boolean[] {true} : new boolean[] {true, false}) {
            modifiers.forEach((format, list) -> pods.add(format(List.of(format), list, mode, exact, arena)));
            if (!memory.isEmpty()) {
                pods.add(format(memory, List.of(), mode, exact, arena));
            }
        }
        return pods;
    }

    private MemorySegment format(List<VideoFormat> formats, List<Long> list, DisplayMode mode, boolean exact, Arena arena) {
        int width = size.map(s -> s[0]).orElse(mode.width());
        int height = size.map(s -> s[1]).orElse(mode.height());
        PodBuilder pod = new PodBuilder().beginObject(Spa.OBJECT_FORMAT, Spa.PARAM_ENUM_FORMAT)
                .property(Spa.FORMAT_MEDIA_TYPE).id(Spa.MEDIA_TYPE_VIDEO)
                .property(Spa.FORMAT_MEDIA_SUBTYPE).id(Spa.MEDIA_SUBTYPE_RAW)
                .property(Spa.FORMAT_VIDEO_FORMAT).enumOfIds(formats.stream().mapToInt(VideoFormat::id).toArray());
        if (!list.isEmpty()) {
            // With a choice left open, the producer says which ones it can allocate.
            pod.property(Spa.FORMAT_VIDEO_MODIFIER, list.size() == 1 ? Spa.PROP_MANDATORY : Spa.PROP_MANDATORY | Spa.PROP_DONT_FIXATE)
                    .enumOfLongs(list.stream().mapToLong(Long::longValue).toArray());
        }
        pod.property(Spa.FORMAT_VIDEO_SIZE);
        if (exact) {
            pod.rectangle(width, height);
        } else {
            pod.rangeOfRectangles(width, height, 1, 1, MAX_EDGE, MAX_EDGE);
        }
        // 0/1 is "as it comes"; the most a compositor may paint is the display's own rate.
        return pod.property(Spa.FORMAT_VIDEO_FRAMERATE).rangeOfFractions(0, 1, 0, 1, MAX_HERTZ, 1)
                .property(Spa.FORMAT_VIDEO_MAX_FRAMERATE).rangeOfFractions(mode.refreshMilliHz(), 1000, 0, 1, MAX_HERTZ, 1)
                .end().build(arena);
    }

    /** True if this offers what was negotiated, in buffers of that type. */
    boolean meets(NegotiatedFormat negotiated, String bufferType) {
        if (size.isPresent() && (size.get()[0] != negotiated.width() || size.get()[1] != negotiated.height())) {
            return false;
        }
        if (negotiated.modifier().isPresent()) {
            return modifiers.getOrDefault(negotiated.format(), List.of()).contains(negotiated.modifier().getAsLong());
        }
        return memory.contains(negotiated.format()) && (!bufferType.equals("DmaBuf") || (memoryTypes & DMABUF) != 0);
    }

    /** True if this offers nothing that the other doesn't. */
    boolean within(FormatOffer other) {
        return size.equals(other.size) && (memoryTypes & ~other.memoryTypes) == 0 && other.memory.containsAll(memory)
                && modifiers.entrySet().stream().allMatch(e -> other.modifiers.getOrDefault(e.getKey(), List.of()).containsAll(e.getValue()));
    }

    /** What buffers shall be, once a format is agreed on. */
    MemorySegment buffers(boolean dmabuf, Arena arena) {
        return new PodBuilder().beginObject(Spa.OBJECT_PARAM_BUFFERS, Spa.PARAM_BUFFERS)
                .property(Spa.BUFFERS_BUFFERS).rangeOfIntegers(6, 2, 16)
                .property(Spa.BUFFERS_DATA_TYPE).flagsOfIntegers(dmabuf ? DMABUF : memoryTypes)
                .end().build(arena);
    }

    @Override
    public String toString() {
        List<String> parts = new ArrayList<>();
        modifiers.forEach((format, list) -> parts.add("dmabuf " + format + " with " + list.size() + " modifiers"));
        if (!memory.isEmpty()) {
            parts.add("memory " + memory);
        }
        return String.join(", ", parts);
    }
}
