package lumen.plugin.pipewire;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import lumen.pipewire.pod.PodBuilder;
import lumen.pipewire.pod.Spa;

/** The metadata that is wanted with each buffer, as {@code SPA_PARAM_Meta} pods: header, damage, cursor. */
final class MetadataRequest {
    private MetadataRequest() {
    }

    /** @param arena owns the pods */
    static List<MemorySegment> pods(Arena arena) {
        return List.of(
                pod(Spa.META_HEADER, PictureMetadata.SIZEOF_HEADER, PictureMetadata.SIZEOF_HEADER, arena),
                pod(Spa.META_VIDEO_DAMAGE, PictureMetadata.SIZEOF_REGION, PictureMetadata.MAX_REGIONS * PictureMetadata.SIZEOF_REGION,
                        arena),
                pod(Spa.META_CURSOR, CursorTracker.META_LEAST, CursorTracker.META_MOST, arena));
    }

    /** Metadata of so many bytes, the most preferred. */
    private static MemorySegment pod(int type, int least, int most, Arena arena) {
        PodBuilder pod = new PodBuilder().beginObject(Spa.OBJECT_PARAM_META, Spa.PARAM_META)
                .property(Spa.META_PARAM_TYPE).id(type).property(Spa.META_PARAM_SIZE);
        return (least == most ? pod.integer(most) : pod.rangeOfIntegers(most, least, most)).end().build(arena);
    }
}
