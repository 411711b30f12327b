package lumen.ei;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import lumen.posix.Fd;
import lumen.posix.Memfd;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** Whole and broken events in any order, and requests in any pieces. */
class EiFuzzTest {
    private static final String[] NAMES = {"ei_keyboard", "ei_pointer", "ei_touchscreen", "ei_device", "ei_text", "", "ä", "ei_button"};

    @Provide
    Arbitrary<List<byte[]>> hostileEvents() {
        Arbitrary<Object> words = Arbitraries.oneOf(
                Arbitraries.integers().between(0, 9).map(i -> (Object) i),
                Arbitraries.of(-1, 1 << 31, 0x7fff_ffff, 0x0041_4141, 4 << 20).map(i -> (Object) i),
                Arbitraries.longs().between(0, 12).map(i -> (Object) i),
                Arbitraries.of(NAMES).map(i -> (Object) i),
                Arbitraries.of(1f, Float.NaN, Float.NEGATIVE_INFINITY).map(i -> (Object) i));
        return Combinators.combine(Arbitraries.longs().between(0, 12), Arbitraries.integers().between(0, 13), words.list().ofMaxSize(6),
                Arbitraries.integers().between(-40, 8)).as((object, opcode, body, lie) -> {
                    byte[] bytes = ScriptedServer.event(object, opcode, body.toArray());
                    ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()).putInt(8, bytes.length + Math.max(0, lie));
                    return bytes;
                }).list().ofMaxSize(30);
    }

    @Property(tries = 3000)
    void anyEventsEndInATypedFailureAtWorst(@ForAll("hostileEvents") List<byte[]> events, @ForAll byte[] noise, @ForAll boolean greeted) {
        ArrayDeque<Fd> fds = new ArrayDeque<>();
        try (RequestQueue queue = new RequestQueue()) {
            EiContext context = new EiContext(this, "fuzz", EnumSet.allOf(EiInterface.class), queue, fds);
            EventFraming framing = new EventFraming();
            fds.add(Memfd.create("keymap", 9, 0));
            List<byte[]> all = new ArrayList<>();
            if (greeted) {
                // Far enough for every kind of object to exist.
                all.add(ScriptedServer.event(0, 0, 1));
                all.add(ScriptedServer.event(0, 2, 5, 1000L, 1));
                all.add(ScriptedServer.event(1000, 1, 2L, 1));
                all.add(ScriptedServer.event(2, 4, 3L, 2));
                all.add(ScriptedServer.event(3, 5, 4L, "ei_keyboard", 1));
                all.add(ScriptedServer.event(3, 5, 5L, "ei_pointer_absolute", 1));
            }
            all.addAll(events);
            all.add(noise);
            try {
                for (byte[] bytes : all) {
                    framing.accept(ByteBuffer.wrap(bytes), context::event);
                    context.ready();
                    context.devices().forEach(EiDevice::toString);
                }
            } catch (EiException e) {
                assertNotEquals("", e.getMessage());
            }
        } finally {
            fds.forEach(Fd::close);
        }
    }

    @Property(tries = 500)
    void eventsAreTheSameHoweverTheyAreCut(@ForAll @IntRange(min = 1, max = 40) int count, @ForAll long seed) {
        Random random = new Random(seed);
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        List<String> sent = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String text = "x".repeat(random.nextInt(3000));
            all.writeBytes(ScriptedServer.event(i, random.nextInt(5), i, text));
            sent.add(i + " " + i + " " + text);
        }
        EventFraming framing = new EventFraming();
        List<String> got = new ArrayList<>();
        byte[] bytes = all.toByteArray();
        for (int at = 0; at < bytes.length; ) {
            int length = Math.min(bytes.length - at, 1 + random.nextInt(1 << random.nextInt(14)));
            framing.accept(ByteBuffer.wrap(bytes, at, length), (object, opcode, a) -> got.add(object + " " + a.u32() + " " + a.string()));
            at += length;
        }
        assertEquals(sent, got);
    }

    @Property(tries = 500)
    void requestsAreTheSameHoweverTheyAreTaken(@ForAll long seed) {
        Random random = new Random(seed);
        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        ByteArrayOutputStream taken = new ByteArrayOutputStream();
        try (RequestQueue queue = new RequestQueue()) {
            for (int i = 0; i < 3000; i++) {
                String text = "ä".repeat(random.nextInt(20));
                int size = 4 + 8 + 4 + RequestQueue.sizeOf(text);
                if (queue.fits(RequestQueue.HEADER + size, random.nextBoolean())) {
                    queue.begin(i, 7, size).i32(i).i64(-i).f32(i / 2f).text(text);
                    expected.writeBytes(ScriptedServer.event(i, 7, i, (long) -i, i / 2f, text));
                }
                if (random.nextInt(10) == 0) {
                    int[] left = {random.nextInt(4000)};
                    queue.sendTo((bytes, offset, length) -> {
                        int n = (int) Math.min(length, left[0]);
                        left[0] -= n;
                        taken.writeBytes(bytes.asSlice(offset, n).toArray(ValueLayout.JAVA_BYTE));
                        return n == 0 ? -1 : n;
                    });
                }
            }
            queue.sendTo((bytes, offset, length) -> {
                taken.writeBytes(bytes.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE));
                return (int) length;
            });
        }
        assertEquals(ByteBuffer.wrap(expected.toByteArray()), ByteBuffer.wrap(taken.toByteArray()));
    }
}
