package lumen.wayland;

import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whole and broken messages in any order. */
class WaylandFuzzTest {
    @Provide
    Arbitrary<byte[]> hostileMessages() {
        Arbitrary<Integer> words = Arbitraries.oneOf(Arbitraries.integers().between(0, 8),
                Arbitraries.of(-1, 0xff00_0000, 0xff00_0001, 0xffff_ffff, 1 << 31, 0x0041_4141), Arbitraries.integers());
        return Combinators.combine(Arbitraries.integers().between(0, 4), Arbitraries.integers().between(0, 7),
                words.list().ofMaxSize(12), Arbitraries.integers().between(-8, 8)).as((object, opcode, body, lie) -> {
                    byte[] bytes = WaylandConnectionTest.message(object, opcode, body.toArray());
                    ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()).putInt(4,
                            bytes.length + (lie > 4 ? lie : 0) << 16 | opcode);
                    return bytes;
                });
    }

    @Property(tries = 2000)
    void anyBytesEndInATypedFailureAtWorst(@ForAll("hostileMessages") byte[] first, @ForAll("hostileMessages") byte[] second,
                                           @ForAll byte[] noise) {
        try (WaylandConnectionTest.Rig rig = new WaylandConnectionTest.Rig()) {
            try {
                for (byte[] bytes : List.of(first, second, noise)) {
                    if (bytes.length > 0) {
                        rig.say(bytes);
                        rig.connection.dispatch(0);
                    }
                }
            } catch (WaylandException e) {
                assertNotEquals("", e.getMessage());
            }
        }
    }
}
