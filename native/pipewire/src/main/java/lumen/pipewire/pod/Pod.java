package lumen.pipewire.pod;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A pod somebody else wrote, read with every size checked against the memory it lies in. A choice is read as its
 * preferred value. The memory must not change or go while it is read.
 */
public final class Pod {
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
    private static final int HEADER = 8;
    /** kind, flags, and the header of its values. */
    private static final int CHOICE_HEADER = 16;

    private final int type;
    private final MemorySegment body;

    private Pod(int type, MemorySegment body) {
        this.type = type;
        this.body = body;
    }

    /**
     * The pod at the beginning of some memory.
     *
     * @throws PodException if it doesn't fit into the memory
     */
    public static Pod at(MemorySegment memory) {
        return at(memory, 0);
    }

    private static Pod at(MemorySegment memory, long offset) {
        if (offset < 0 || memory.byteSize() - offset < HEADER) {
            throw new PodException("a pod's header is cut short: " + (memory.byteSize() - offset) + " bytes are left");
        }
        long size = Integer.toUnsignedLong(memory.get(INT, offset));
        if (size > memory.byteSize() - offset - HEADER) {
            throw new PodException("a pod of " + size + " bytes in " + (memory.byteSize() - offset - HEADER));
        }
        return new Pod(memory.get(INT, offset + 4), memory.asSlice(offset + HEADER, size));
    }

    public int type() {
        return type;
    }

    /** Of an object: what it is, such as {@link Spa#OBJECT_FORMAT}. */
    public int objectType() {
        require(Spa.TYPE_OBJECT, HEADER);
        return body.get(INT, 0);
    }

    /** Of an object: the value of its first property with that key. */
    public Optional<Pod> property(int key) {
        require(Spa.TYPE_OBJECT, HEADER);
        long offset = HEADER;
        while (body.byteSize() - offset >= HEADER) {
            int found = body.get(INT, offset);
            Pod value = at(body, offset + HEADER);
            if (found == key) {
                return Optional.of(value);
            }
            offset += HEADER + HEADER + padded(value.body.byteSize());
        }
        return Optional.empty();
    }

    /** True if it is a choice that leaves anything open. */
    public boolean isOpen() {
        return type == Spa.TYPE_CHOICE && body.byteSize() >= CHOICE_HEADER && body.get(INT, 0) != Spa.CHOICE_NONE;
    }

    /** Of a choice: how many values it holds, the preferred one included. */
    public int count() {
        requireChoice();
        int size = body.get(INT, 8);
        if (size <= 0) {
            throw new PodException("a choice of values of " + size + " bytes");
        }
        return (int) ((body.byteSize() - CHOICE_HEADER) / size);
    }

    /** Of a choice: a value, 0 being the preferred one; else the pod itself. */
    public Pod value(int index) {
        if (type != Spa.TYPE_CHOICE) {
            return this;
        }
        if (index < 0 || index >= count()) {
            throw new PodException("value " + index + " of a choice of " + count());
        }
        int size = body.get(INT, 8);
        return new Pod(body.get(INT, 12), body.asSlice(CHOICE_HEADER + (long) index * size, size));
    }

    public int id() {
        return value(0).require(Spa.TYPE_ID, 4).body.get(INT, 0);
    }

    public int integer() {
        return value(0).require(Spa.TYPE_INT, 4).body.get(INT, 0);
    }

    public long longInteger() {
        return value(0).require(Spa.TYPE_LONG, 8).body.get(LONG, 0);
    }

    /** Of a rectangle. */
    public int width() {
        return value(0).require(Spa.TYPE_RECTANGLE, 8).body.get(INT, 0);
    }

    /** Of a rectangle. */
    public int height() {
        return value(0).require(Spa.TYPE_RECTANGLE, 8).body.get(INT, 4);
    }

    /** Of a fraction. */
    public int numerator() {
        return value(0).require(Spa.TYPE_FRACTION, 8).body.get(INT, 0);
    }

    /** Of a fraction. */
    public int denominator() {
        return value(0).require(Spa.TYPE_FRACTION, 8).body.get(INT, 4);
    }

    /** Of a string: the text before its terminating zero. */
    public String string() {
        MemorySegment text = value(0).require(Spa.TYPE_STRING, 1).body;
        long length = text.byteSize() - 1;
        if (text.get(ValueLayout.JAVA_BYTE, length) != 0) {
            throw new PodException("a string without its end");
        }
        return new String(text.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
    }

    private Pod require(int wanted, int least) {
        if (type != wanted || body.byteSize() < least) {
            throw new PodException("a pod of type " + type + " and " + body.byteSize() + " bytes, wanted is type " + wanted);
        }
        return this;
    }

    private void requireChoice() {
        require(Spa.TYPE_CHOICE, CHOICE_HEADER);
    }

    private static long padded(long size) {
        return size + 7 & ~7L;
    }
}
