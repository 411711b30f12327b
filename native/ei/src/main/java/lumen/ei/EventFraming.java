package lumen.ei;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Cuts a stream of bytes into events: object (u64), length with this header (u32), opcode (u32), arguments. */
final class EventFraming {
    static final int HEADER = 16;
    /** What no honest event comes near. */
    static final int MAX_EVENT = 64 * 1024;

    /** Takes whole events. */
    interface Sink {
        void event(long object, int opcode, EiArguments arguments);
    }

    private byte[] buffer = new byte[4096];
    private int length;

    /**
     * Takes the next bytes.
     *
     * @throws EiException if they can't be an event
     */
    void accept(ByteBuffer bytes, Sink sink) {
        int added = bytes.remaining();
        if (length + added > buffer.length) {
            buffer = Arrays.copyOf(buffer, Math.max(length + added, 2 * buffer.length));
        }
        bytes.get(buffer, length, added);
        length += added;
        int at = 0;
        while (length - at >= HEADER) {
            ByteBuffer event = ByteBuffer.wrap(buffer, at, length - at).slice().order(ByteOrder.nativeOrder());
            int size = event.getInt(8);
            if (size < HEADER || size > MAX_EVENT) {
                throw new EiException("an event of " + Integer.toUnsignedString(size) + " bytes");
            }
            if (event.remaining() < size) {
                break;
            }
            sink.event(event.getLong(0), event.getInt(12), new EiArguments(event.position(HEADER).limit(size)));
            at += size;
        }
        System.arraycopy(buffer, at, buffer, 0, length - at);
        length -= at;
    }
}
