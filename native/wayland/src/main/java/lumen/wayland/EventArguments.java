package lumen.wayland;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import lumen.posix.Fd;

/**
 * The arguments of the event being dispatched, one a connection. {@link #check} has proved every length
 * before a handler sees it, so reading can't leave the message.
 */
public final class EventArguments {
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;

    private MemorySegment buffer;
    private final FdQueue descriptors;
    private long at;
    private Interface.Message message;
    private int argument;
    private int fdsLeft;

    EventArguments(FdQueue descriptors) {
        this.descriptors = descriptors;
    }

    /**
     * Walks a message of {@code length} bytes (header left out) and compares it with its signature.
     *
     * @throws WaylandException if it doesn't fit
     */
    void check(Proxy object, Interface.Message event, MemorySegment bytes, long offset, int length) {
        buffer = bytes;
        message = event;
        int position = 0;
        int fds = 0;
        for (int i = 0; i < event.count(); i++) {
            byte type = event.type(i);
            if (type == 'h') {
                fds++;
                continue;
            }
            if (length - position < 4) {
                throw malformed(object, "ends before argument " + i);
            }
            int value = bytes.get(INT, offset + position);
            position += 4;
            if (type == 's' || type == 'a') {
                position += checkBytes(object, i, type, value, bytes, offset + position, length - position);
            } else if ((type == 'o' || type == 'n') && value == 0 && !event.nullable(i)) {
                throw malformed(object, "argument " + i + " is null");
            }
        }
        if (position != length) {
            throw malformed(object, length - position + " bytes too many");
        }
        if (descriptors.size() < fds) {
            throw malformed(object, "without its file descriptor");
        }
        at = offset;
        argument = 0;
        fdsLeft = fds;
    }

    private int checkBytes(Proxy object, int index, byte type, int value, MemorySegment bytes, long from, int room) {
        if (value < 0 || value > room || (value + 3 & ~3) > room) {
            throw malformed(object, "argument " + index + " of " + Integer.toUnsignedString(value) + " bytes, " + room
                    + " left");
        }
        if (type == 's') {
            if (value == 0 && !message.nullable(index)) {
                throw malformed(object, "argument " + index + " is null");
            }
            if (value > 0 && bytes.get(ValueLayout.JAVA_BYTE, from + value - 1) != 0) {
                throw malformed(object, "argument " + index + " is not terminated");
            }
        }
        return value + 3 & ~3;
    }

    private WaylandException malformed(Proxy object, String what) {
        return new WaylandException("malformed event " + object + "." + message.name() + ": " + what);
    }

    private int next(char type) {
        if (argument >= message.count() || message.type(argument) != type) {
            throw new IllegalStateException(message.name() + ": argument " + argument + " is no " + type);
        }
        argument++;
        int value = buffer.get(INT, at);
        at += 4;
        return value;
    }

    public int i32() {
        return next('i');
    }

    public int u32() {
        return next('u');
    }

    /** A 24.8 fixed-point number, in 1/256. */
    public int fixed() {
        return next('f');
    }

    /** The id of an object, 0 for none. */
    public int object() {
        return next('o');
    }

    /** The id of an object that the compositor has made; give it to {@link WaylandConnection#adopt}. */
    public int newId() {
        return next('n');
    }

    /** A string; {@code null} only where the signature says so. */
    public String string() {
        int length = next('s');
        if (length == 0) {
            return null;
        }
        byte[] bytes = new byte[length - 1];
        MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, at, bytes, 0, bytes.length);
        at += length + 3 & ~3;
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** A copy of an array's bytes. */
    public byte[] array() {
        int length = next('a');
        byte[] bytes = new byte[length];
        MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, at, bytes, 0, length);
        at += length + 3 & ~3;
        return bytes;
    }

    /** A descriptor, the caller's from now on. */
    public Fd fd() {
        if (argument >= message.count() || message.type(argument) != 'h') {
            throw new IllegalStateException(message.name() + ": argument " + argument + " is no h");
        }
        argument++;
        fdsLeft--;
        return Fd.own(descriptors.take());
    }

    /** Closes the descriptors that the handler did not take. */
    void finish() {
        while (fdsLeft > 0) {
            fdsLeft--;
            Fd.own(descriptors.take()).close();
        }
    }
}
