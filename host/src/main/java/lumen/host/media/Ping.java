package lumen.host.media;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Layout of the datagrams by which a client tells where its media shall go (streams.md 1.1): the session's
 * 16-byte payload and a counter, or, from old clients, the four letters {@code PING}.
 */
final class Ping {
    static final int PAYLOAD_LENGTH = 16;
    static final int COUNTER_OFFSET = 16;
    static final int LENGTH = 20;
    static final int LEGACY_LENGTH = 4;

    private static final int LEGACY = 0x50494E47;
    private static final ValueLayout.OfInt INT_BE = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong LONG_BE = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private Ping() {
    }

    static boolean isLegacy(MemorySegment from, long at, int length) {
        return length == LEGACY_LENGTH && from.get(INT_BE, at) == LEGACY;
    }

    /** Longer ones are taken too: clients may append. */
    static boolean hasPayload(int length) {
        return length >= LENGTH;
    }

    static long payloadHigh(MemorySegment from, long at) {
        return from.get(LONG_BE, at);
    }

    static long payloadLow(MemorySegment from, long at) {
        return from.get(LONG_BE, at + 8);
    }

    /** Rises by one with each ping, from 1; unsigned. */
    static int counter(MemorySegment from, long at) {
        return from.get(INT_BE, at + COUNTER_OFFSET);
    }
}
