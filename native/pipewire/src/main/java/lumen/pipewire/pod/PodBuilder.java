package lumen.pipewire.pod;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/**
 * Writes one pod. Containers are begun and ended; a property's value is the pod written after {@link #property}. Not
 * thread-safe.
 */
public final class PodBuilder {
    private static final int HEADER = 8;
    private static final int FIRST_CAPACITY = 1024;

    private ByteBuffer out = ByteBuffer.allocate(FIRST_CAPACITY).order(ByteOrder.LITTLE_ENDIAN);
    private final Deque<Integer> open = new ArrayDeque<>();

    /** Begins an object, such as {@link Spa#OBJECT_FORMAT} as {@link Spa#PARAM_ENUM_FORMAT}. */
    public PodBuilder beginObject(int type, int id) {
        begin(Spa.TYPE_OBJECT);
        return u32(type).u32(id);
    }

    public PodBuilder beginStruct() {
        begin(Spa.TYPE_STRUCT);
        return this;
    }

    /** Ends the container begun last. */
    public PodBuilder end() {
        int start = open.pop();
        out.putInt(start, out.position() - start - HEADER);
        return this;
    }

    /** The next pod is the value of an object's property. */
    public PodBuilder property(int key) {
        return property(key, 0);
    }

    /** @param flags of {@link Spa#PROP_MANDATORY} and its like */
    public PodBuilder property(int key, int flags) {
        return u32(key).u32(flags);
    }

    public PodBuilder none() {
        return head(Spa.TYPE_NONE, 0);
    }

    public PodBuilder bool(boolean value) {
        return head(Spa.TYPE_BOOL, 4).u32(value ? 1 : 0).pad();
    }

    public PodBuilder id(int value) {
        return head(Spa.TYPE_ID, 4).u32(value).pad();
    }

    public PodBuilder integer(int value) {
        return head(Spa.TYPE_INT, 4).u32(value).pad();
    }

    public PodBuilder longInteger(long value) {
        return head(Spa.TYPE_LONG, 8).u64(value);
    }

    public PodBuilder floating(float value) {
        return head(Spa.TYPE_FLOAT, 4).u32(Float.floatToRawIntBits(value)).pad();
    }

    public PodBuilder string(String value) {
        byte[] bytes = Arrays.copyOf(value.getBytes(StandardCharsets.UTF_8), value.getBytes(StandardCharsets.UTF_8).length + 1);
        head(Spa.TYPE_STRING, bytes.length);
        room(bytes.length + HEADER);
        out.put(bytes);
        return pad();
    }

    public PodBuilder rectangle(int width, int height) {
        return head(Spa.TYPE_RECTANGLE, 8).u32(width).u32(height);
    }

    public PodBuilder fraction(int numerator, int denominator) {
        return head(Spa.TYPE_FRACTION, 8).u32(numerator).u32(denominator);
    }

    /** One of several ids; the first is preferred. */
    public PodBuilder enumOfIds(int... ids) {
        choice(Spa.CHOICE_ENUM, Spa.TYPE_ID, 4, ids.length + 1).u32(ids[0]);
        for (int id : ids) {
            u32(id);
        }
        return pad();
    }

    /** One of several numbers; the first is preferred. */
    public PodBuilder enumOfLongs(long... values) {
        choice(Spa.CHOICE_ENUM, Spa.TYPE_LONG, 8, values.length + 1).u64(values[0]);
        for (long value : values) {
            u64(value);
        }
        return this;
    }

    public PodBuilder rangeOfIntegers(int preferred, int least, int most) {
        return choice(Spa.CHOICE_RANGE, Spa.TYPE_INT, 4, 3).u32(preferred).u32(least).u32(most).pad();
    }

    /** Any of the bits. */
    public PodBuilder flagsOfIntegers(int bits) {
        return choice(Spa.CHOICE_FLAGS, Spa.TYPE_INT, 4, 1).u32(bits).pad();
    }

    public PodBuilder rangeOfRectangles(int width, int height, int leastWidth, int leastHeight, int mostWidth, int mostHeight) {
        return choice(Spa.CHOICE_RANGE, Spa.TYPE_RECTANGLE, 8, 3).u32(width).u32(height).u32(leastWidth).u32(leastHeight)
                .u32(mostWidth).u32(mostHeight);
    }

    /** Fractions as numerator and denominator. */
    public PodBuilder rangeOfFractions(int numerator, int denominator, int leastNumerator, int leastDenominator,
                                       int mostNumerator, int mostDenominator) {
        return choice(Spa.CHOICE_RANGE, Spa.TYPE_FRACTION, 8, 3).u32(numerator).u32(denominator).u32(leastNumerator)
                .u32(leastDenominator).u32(mostNumerator).u32(mostDenominator);
    }

    public PodBuilder arrayOfIds(int... ids) {
        head(Spa.TYPE_ARRAY, HEADER + 4 * ids.length);
        u32(4).u32(Spa.TYPE_ID);
        for (int id : ids) {
            u32(id);
        }
        return pad();
    }

    /**
     * The finished pod, aligned as libpipewire wants it.
     *
     * @throws IllegalStateException if a container was not ended
     */
    public MemorySegment build(Arena arena) {
        if (!open.isEmpty()) {
            throw new IllegalStateException(open.size() + " containers have no end");
        }
        MemorySegment pod = arena.allocate(out.position(), 8);
        MemorySegment.copy(MemorySegment.ofArray(out.array()), 0, pod, 0, out.position());
        return pod;
    }

    private void begin(int type) {
        open.push(out.position());
        head(type, 0);
    }

    private PodBuilder choice(int kind, int childType, int childSize, int count) {
        return head(Spa.TYPE_CHOICE, 16 + childSize * count).u32(kind).u32(0).u32(childSize).u32(childType);
    }

    private PodBuilder head(int type, int size) {
        return u32(size).u32(type);
    }

    private PodBuilder u32(int value) {
        room(4);
        out.putInt(value);
        return this;
    }

    private PodBuilder u64(long value) {
        room(8);
        out.putLong(value);
        return this;
    }

    private PodBuilder pad() {
        room(7);
        while ((out.position() & 7) != 0) {
            out.put((byte) 0);
        }
        return this;
    }

    private void room(int bytes) {
        if (out.remaining() < bytes) {
            ByteBuffer larger = ByteBuffer.allocate(2 * out.capacity() + bytes).order(ByteOrder.LITTLE_ENDIAN);
            out = larger.put(out.flip());
        }
    }
}
