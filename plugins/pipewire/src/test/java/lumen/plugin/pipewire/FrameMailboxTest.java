package lumen.plugin.pipewire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class FrameMailboxTest {
    @AutoClose
    private final BufferFixture fixture = new BufferFixture();
    private final CaptureCounters counters = new CaptureCounters("a node");
    private final FrameMailbox paused = new FrameMailbox(counters, false);
    private final FrameMailbox kept = new FrameMailbox(counters, true);

    @Test
    void theNewestIsFetchedOnceAndTheOneItReplacedGoesBack() {
        CaptureBuffer one = fixture.filled(1);
        CaptureBuffer two = fixture.filled(2);
        paused.put(one);
        assertTrue(paused.holds(one));
        paused.put(two);
        assertFalse(paused.holds(one));
        assertEquals(List.of(one.address()), fixture.queued);
        assertEquals(1, counters.get(CaptureEvent.OVERTAKEN));
        assertSame(two, paused.take());
        assertNull(paused.take());
        assertEquals(1, fixture.queued.size());
    }

    @Test
    void aFrameOfANodeThatIsPausedGoesBackAfterItsReader() {
        CaptureBuffer frame = fixture.filled(1);
        paused.put(frame);
        paused.done(paused.take());
        assertEquals(List.of(frame.address()), fixture.queued);
        assertNull(paused.resume());
    }

    @Test
    void theLatestFrameOfANodeThatIsNotPausedIsFetchedAgainByWhoeverResumes() {
        CaptureBuffer frame = fixture.filled(1);
        kept.put(frame);
        kept.done(kept.take());
        assertEquals(List.of(), fixture.queued);
        assertNull(kept.take(), "it waits for a resume");
        assertSame(frame, kept.resume());
        assertSame(frame, kept.take());
    }

    @Test
    void aNewFrameSendsTheKeptOneBack() {
        CaptureBuffer old = fixture.filled(1);
        kept.put(old);
        kept.done(kept.take());
        CaptureBuffer fresh = fixture.filled(2);
        kept.put(fresh);
        assertEquals(List.of(old.address()), fixture.queued);
        assertEquals(0, counters.get(CaptureEvent.OVERTAKEN), "its reader had it");
        assertSame(fresh, kept.resume());
    }

    @Test
    void ofFramesReleasedInAnyOrderTheYoungestIsKept() {
        CaptureBuffer old = fixture.filled(1);
        CaptureBuffer young = fixture.filled(2);
        kept.put(old);
        kept.take();
        kept.put(young);
        kept.take();
        kept.done(young);
        kept.done(old);
        assertEquals(List.of(old.address()), fixture.queued);
        assertSame(young, kept.resume());
    }

    @Test
    void aFrameIsNotKeptWhileANewerOneWaits() {
        CaptureBuffer old = fixture.filled(1);
        kept.put(old);
        kept.take();
        CaptureBuffer fresh = fixture.filled(2);
        kept.put(fresh);
        kept.done(old);
        assertEquals(List.of(old.address()), fixture.queued);
        assertSame(fresh, kept.take());
    }

    @Test
    void whatTheStreamDropsIsForgottenWhereverItIs() {
        CaptureBuffer waiting = fixture.filled(1);
        kept.put(waiting);
        kept.forget(waiting);
        assertNull(kept.take());
        CaptureBuffer latest = fixture.filled(2);
        kept.put(latest);
        kept.done(kept.take());
        kept.forget(latest);
        assertNull(kept.resume());
        CaptureBuffer held = fixture.filled(3);
        kept.put(held);
        kept.take();
        kept.forget(held);
        held.removed();
        kept.done(held);
        assertNull(kept.resume(), "a buffer that has gone shows nothing any more");
        assertEquals(List.of(), fixture.queued);
    }

    @Test
    void clearedItGivesBackWhatWaits() {
        CaptureBuffer frame = fixture.filled(1);
        paused.put(frame);
        paused.clear();
        paused.clear();
        assertEquals(List.of(frame.address()), fixture.queued);
        assertNull(paused.take());
    }
}
