package lumen.plugin.pipewire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StallDetectorTest {
    /** Anything, since {@link System#nanoTime} may be anything: here it overflows within the test. */
    private static final long START = Long.MAX_VALUE - 1000;
    private static final long LATE = START + StallDetector.STUCK_NANOS + 1;

    @AutoClose
    private final BufferFixture fixture = new BufferFixture();
    private final CaptureCounters counters = new CaptureCounters("a node");
    private final StallDetector stall = new StallDetector(counters);
    private final BufferTable buffers = new BufferTable();

    @BeforeEach
    void connect() {
        stall.connecting(START);
    }

    private Optional<String> reason(long now) {
        return stall.reason(now, true, buffers, "paused");
    }

    private void bufferComes() {
        long address = fixture.address();
        assertTrue(buffers.add(address, fixture.some(address)));
    }

    @Test
    void aLinkHasItsTimeToStream() {
        assertEquals(Optional.empty(), reason(START + StallDetector.STUCK_NANOS));
        assertEquals(Optional.of("the link is stuck for 3 s (paused)"), reason(LATE));
        stall.waiting(LATE);
        assertEquals(Optional.empty(), reason(LATE));
    }

    @Test
    void aLinkThatStreamsAndHasBuffersMayBeIdleForEver() {
        bufferComes();
        assertTrue(reason(LATE).isPresent(), "it has not streamed");
        stall.streaming();
        assertEquals(Optional.empty(), reason(LATE + 1_000_000_000_000L));
    }

    @Test
    void oneThatStreamsWithoutBuffersIsStuck() {
        stall.streaming();
        assertEquals(Optional.empty(), reason(START));
        assertTrue(reason(LATE).isPresent());
    }

    @Test
    void suspendedNothingIsMissed() {
        assertEquals(Optional.empty(), stall.reason(LATE, false, buffers, "paused"));
        assertTrue(stall.linkBroke("no more input formats"));
        assertEquals(Optional.of("no more input formats"), stall.reason(LATE, false, buffers, "error"), "but a broken link is broken");
    }

    @Test
    void theFirstErrorIsTheReasonUntilTheNextLink() {
        assertFalse(stall.linkBroken());
        assertTrue(stall.linkBroke("first"));
        assertFalse(stall.linkBroke("second"));
        assertTrue(stall.linkBroken());
        assertEquals(Optional.of("first"), reason(START));
        stall.connecting(START);
        assertFalse(stall.linkBroken());
        assertEquals(Optional.empty(), reason(START));
    }

    @Test
    void oneFormatTooManyIsToldOnce() {
        for (int i = 0; i < StallDetector.MAX_FORMATS; i++) {
            assertFalse(stall.formatAgreed());
        }
        assertEquals(Optional.empty(), reason(START));
        assertTrue(stall.formatAgreed());
        assertFalse(stall.formatAgreed());
        assertEquals(Optional.of("formats were negotiated 7 times without a picture"), reason(START));
        stall.picture();
        assertEquals(Optional.empty(), reason(START));
    }

    @Test
    void buffersOfWhichNoneIsUsableAreNoUse() {
        buffers.add(fixture.address(), Optional.empty());
        buffers.add(fixture.address(), Optional.empty());
        assertEquals(Optional.of("none of its 2 buffers is usable"), reason(START));
        bufferComes();
        assertEquals(Optional.empty(), reason(START));
    }

    @Test
    void manyUnusablePicturesInARowForLongAreTheLinksFault() {
        bufferComes();
        stall.streaming();
        for (int i = 1; i < StallDetector.MANY_UNUSABLE; i++) {
            stall.unusable(START + i);
        }
        assertEquals(Optional.empty(), reason(LATE + 1), "not many yet");
        counters.count(CaptureEvent.BAD_STRIDE);
        stall.unusable(LATE);
        assertEquals(Optional.empty(), reason(START + 1 + StallDetector.STUCK_NANOS), "not for long yet");
        assertEquals(Optional.of("no picture of the last 10 is usable ({bad-stride=1})"), reason(LATE + 1));
        stall.picture();
        assertEquals(Optional.empty(), reason(LATE + 1));
        stall.unusable(LATE + 2);
        assertEquals(Optional.empty(), reason(LATE + 3));
    }
}
