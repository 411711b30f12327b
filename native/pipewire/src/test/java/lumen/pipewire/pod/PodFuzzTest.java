package lumen.pipewire.pod;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import java.util.function.Consumer;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;

/** Pods of anybody: read, or refused by {@link PodException}, and nothing else. */
class PodFuzzTest {
    private static final int TRIES = 20_000;

    @Property(tries = TRIES)
    void noiseIsReadOrRefused(@ForAll @Size(max = 96) byte[] noise) {
        readAll(MemorySegment.ofArray(noise));
    }

    @Property(tries = TRIES)
    void aFormatWithSomeBytesChangedIsReadOrRefused(@ForAll long seed) {
        byte[] pod = format();
        Random random = new Random(seed);
        for (int i = random.nextInt(4); i >= 0; i--) {
            int at = random.nextInt(pod.length / 4) * 4;
            int value = random.nextBoolean() ? random.nextInt(32) : random.nextInt();
            MemorySegment.ofArray(pod).set(ValueLayout.JAVA_INT_UNALIGNED, at, value);
        }
        readAll(MemorySegment.ofArray(pod).asSlice(0, random.nextInt(4) == 0 ? random.nextInt(pod.length) : pod.length));
    }

    private static byte[] format() {
        try (Arena arena = Arena.ofConfined()) {
            return new PodBuilder().beginObject(Spa.OBJECT_FORMAT, Spa.PARAM_FORMAT)
                    .property(Spa.FORMAT_VIDEO_FORMAT).enumOfIds(Spa.VIDEO_FORMAT_BGRX, Spa.VIDEO_FORMAT_BGRA)
                    .property(Spa.FORMAT_VIDEO_MODIFIER).enumOfLongs(1, 2, 3)
                    .property(Spa.FORMAT_VIDEO_SIZE).rectangle(640, 480)
                    .property(Spa.FORMAT_VIDEO_FRAMERATE).rangeOfFractions(60, 1, 0, 1, 120, 1)
                    .property(1).string("text").end().build(arena).toArray(ValueLayout.JAVA_BYTE);
        }
    }

    private static void readAll(MemorySegment memory) {
        attempt(() -> Pod.at(memory), pod -> {
            read(pod);
            for (int key : new int[] {0, 1, Spa.FORMAT_VIDEO_FORMAT, Spa.FORMAT_VIDEO_MODIFIER, Spa.FORMAT_VIDEO_SIZE,
                Spa.FORMAT_VIDEO_FRAMERATE}) {
                attempt(() -> pod.property(key), property -> property.ifPresent(PodFuzzTest::read));
            }
        });
    }

    private static void read(Pod pod) {
        attempt(pod::objectType, PodFuzzTest::nothing);
        attempt(pod::isOpen, PodFuzzTest::nothing);
        attempt(pod::count, count -> {
            for (int i = 0; i < Math.min(count, 8); i++) {
                int index = i;
                attempt(() -> pod.value(index), PodFuzzTest::nothing);
            }
        });
        attempt(pod::id, PodFuzzTest::nothing);
        attempt(pod::integer, PodFuzzTest::nothing);
        attempt(pod::longInteger, PodFuzzTest::nothing);
        attempt(pod::width, PodFuzzTest::nothing);
        attempt(pod::height, PodFuzzTest::nothing);
        attempt(pod::numerator, PodFuzzTest::nothing);
        attempt(pod::denominator, PodFuzzTest::nothing);
        attempt(pod::string, PodFuzzTest::nothing);
    }

    private static void nothing(Object ignored) {
        // Being read is all.
    }

    private static <T> void attempt(java.util.function.Supplier<T> read, Consumer<T> then) {
        T value;
        try {
            value = read.get();
        } catch (PodException e) {
            return;
        }
        then.accept(value);
    }
}
