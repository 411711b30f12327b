package lumen.wayland;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import lumen.posix.UnixSocket;

/**
 * The request being written, one a connection. Arguments are checked against the signature: a wrong one is
 * a mistake of ours and an {@link IllegalArgumentException}.
 */
public final class Request {
    /** libwayland refuses longer messages. */
    static final int MAX_MESSAGE = 4096;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;

    private final WaylandConnection connection;
    private final MemorySegment buffer;
    private final int[] fds = new int[UnixSocket.MAX_FDS];
    private Proxy target;
    private Interface.Message message;
    private int opcode;
    private int start;
    private int end;
    private int argument;
    private int fdCount;

    Request(WaylandConnection connection, MemorySegment buffer) {
        this.connection = connection;
        this.buffer = buffer;
    }

    void begin(Proxy object, int number, int at) {
        if (message != null) {
            throw new IllegalStateException(message.name() + " was begun and not sent");
        }
        if (object.state != Proxy.State.LIVE) {
            throw new IllegalStateException("request to " + object + ", which is gone");
        }
        target = object;
        opcode = number;
        message = object.type().request(number);
        start = at;
        end = at + 8;
        argument = 0;
        fdCount = 0;
    }

    private void expect(char type) {
        if (argument >= message.count() || message.type(argument) != type) {
            throw new IllegalArgumentException(target + "." + message.name() + ": argument " + argument + " is no " + type);
        }
        argument++;
    }

    private Request put(int value) {
        buffer.set(INT, end, value);
        end += 4;
        return this;
    }

    public Request i32(int value) {
        expect('i');
        return put(value);
    }

    public Request u32(int value) {
        expect('u');
        return put(value);
    }

    /** A 24.8 fixed-point number, in 1/256. */
    public Request fixed(int value256) {
        expect('f');
        return put(value256);
    }

    /** An object, or {@code null} where the protocol allows it. */
    public Request object(Proxy object) {
        if (object == null && argument < message.count() && !message.nullable(argument)) {
            throw new IllegalArgumentException(target + "." + message.name() + ": argument " + argument + " is null");
        }
        expect('o');
        return put(object == null ? 0 : object.id);
    }

    public Request newId(Proxy object) {
        expect('n');
        return put(object.id);
    }

    public Request string(String value) {
        expect('s');
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        int padded = bytes.length + 1 + 3 & ~3;
        if (end - start + 4 + padded > MAX_MESSAGE) {
            throw new IllegalArgumentException("string of " + bytes.length + " bytes in a message of at most " + MAX_MESSAGE);
        }
        put(bytes.length + 1);
        buffer.asSlice(end, padded).fill((byte) 0);
        MemorySegment.copy(bytes, 0, buffer, ValueLayout.JAVA_BYTE, end, bytes.length);
        end += padded;
        return this;
    }

    /** A descriptor, which stays the caller's and may be closed once {@link #send} has returned. */
    public Request fd(int fd) {
        expect('h');
        fds[fdCount++] = fd;
        return this;
    }

    /** Ends the request. It leaves with the next flush; at once if it carries a descriptor. */
    public void send() {
        if (argument != message.count()) {
            throw new IllegalArgumentException(target + "." + message.name() + " has " + message.count() + " arguments, given "
                    + argument);
        }
        buffer.set(INT, start, target.id);
        buffer.set(INT, start + 4L, end - start << 16 | opcode);
        message = null;
        connection.sent(end, fds, fdCount);
    }
}
