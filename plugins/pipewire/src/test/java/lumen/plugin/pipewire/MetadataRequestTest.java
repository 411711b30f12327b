package lumen.plugin.pipewire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.util.List;
import lumen.pipewire.pod.Pod;
import lumen.pipewire.pod.Spa;
import org.junit.jupiter.api.Test;

class MetadataRequestTest {
    @Test
    void headerDamageAndCursorAreAskedForWithTheRoomTheyNeed() {
        try (Arena arena = Arena.ofConfined()) {
            List<Pod> pods = MetadataRequest.pods(arena).stream().map(Pod::at).toList();
            pods.forEach(p -> assertEquals(Spa.OBJECT_PARAM_META, p.objectType()));
            assertEquals(List.of(Spa.META_HEADER, Spa.META_VIDEO_DAMAGE, Spa.META_CURSOR),
                    pods.stream().map(p -> p.property(Spa.META_PARAM_TYPE).orElseThrow().id()).toList());
            List<Pod> sizes = pods.stream().map(p -> p.property(Spa.META_PARAM_SIZE).orElseThrow()).toList();
            assertEquals(List.of(32, 256, CursorTracker.META_MOST), sizes.stream().map(Pod::integer).toList());
            assertEquals(Spa.TYPE_INT, sizes.getFirst().type());
            // After the preferred value, the least and the most.
            Pod cursor = sizes.getLast();
            assertEquals(CursorTracker.META_LEAST, cursor.value(1).integer());
            assertEquals(CursorTracker.META_MOST, cursor.value(2).integer());
        }
    }
}
