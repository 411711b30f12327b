package lumen.plugin.pipewire.audio;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import lumen.pipewire.StreamBuffer;

/**
 * Interleaved float samples on their way from one writing to one reading thread. Both are wait-free and allocate nothing:
 * the writer overwrites what is oldest, and the reader notices. The reader holds back as much as the writer's rhythm needs,
 * more after each time the writer was late, and leaves sound out, cross-faded, when more than that stays over for seconds: the sink's
 * clock is then ahead of the reader's.
 */
final class SampleRing implements AutoCloseable {
    /** Sample frames; a power of two, 0.7 s. */
    static final int CAPACITY = 1 << 15;
    /** What nobody has read for so long is dropped, but for what is held back anyway; 0.2 s. */
    static final int MAX_BACKLOG = 9_600;
    /** What a buffer holds until one has come. */
    static final int USUAL_CHUNK = 256;
    /** Sample frames held back for late writers: 2 ms at first, 20 ms at most. */
    static final int MIN_MARGIN = 96;
    static final int MAX_MARGIN = 960;
    private static final int MARGIN_STEP = 96;
    /** Who is later than this was paused, and will not be on time for having more held back; 0.1 s. */
    private static final int PAUSE = 4_800;
    /** How much of it is given up every {@link #WINDOW}. */
    private static final int MARGIN_DECAY = 6;
    /** Sample frames over which it is looked at how much was left over at least; 2 s. */
    static final int WINDOW = 96_000;

    private static final VarHandle CLAIMED;
    private static final VarHandle WRITTEN;

    static {
        try {
            CLAIMED = MethodHandles.lookup().findVarHandle(SampleRing.class, "claimed", long.class);
            WRITTEN = MethodHandles.lookup().findVarHandle(SampleRing.class, "written", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final AudioCounters counters;
    private final int channels;
    private final long frameBytes;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment samples;
    // Of the writer: where it will have written when it is done, where it has, and how much comes at once.
    private long claimed;
    private long written;
    private volatile int chunk = USUAL_CHUNK;
    /** What lies before this is not to be read. */
    private volatile long floor;
    // Of the reader.
    private long position;
    private boolean fresh = true;
    private boolean primed;
    private int margin = MIN_MARGIN;
    /** How late the writer is, in sample frames. */
    private int late;
    private long leastLeft;
    private int windowed;

    SampleRing(int channels, AudioCounters counters) {
        this.channels = channels;
        this.counters = counters;
        frameBytes = (long) channels * Float.BYTES;
        samples = arena.allocate(CAPACITY * frameBytes, 64);
    }

    /** Appends sample frames that lie in native memory. The writing thread. */
    void write(long address, int frames) {
        long start = written;
        long end = start + frames;
        CLAIMED.setOpaque(this, end);
        VarHandle.storeStoreFence();
        long skipped = Math.max(0, frames - CAPACITY);
        for (long at = start + skipped; at < end; ) {
            long index = at & CAPACITY - 1;
            long count = Math.min(CAPACITY - index, end - at);
            StreamBuffer.copy(address + (at - start) * frameBytes, samples, index * frameBytes, count * frameBytes);
            at += count;
        }
        if (chunk != frames) {
            chunk = frames;
        }
        WRITTEN.setRelease(this, end);
    }

    /** Everything written so far is not to be read. Any thread. */
    void drain() {
        floor = (long) WRITTEN.getAcquire(this);
    }

    /**
     * Takes what is due. The reading thread.
     *
     * @return sample frames taken, 0 to {@code frames}
     */
    int read(MemorySegment into, int frames) {
        long end = (long) WRITTEN.getAcquire(this);
        if (position < floor) {
            position = floor;
            fresh = true;
            primed = false;
        }
        if (!primed && late > 0 && end - position >= frames) {
            margin = late > PAUSE ? margin : Math.min(MAX_MARGIN, margin + Math.max(MARGIN_STEP, late));
            late = 0;
        }
        int reserve = frames + Math.min(chunk, CAPACITY / 4) + margin;
        long available = end - position;
        if (available > Math.max(MAX_BACKLOG, 2 * reserve)) {
            counters.add(AudioEvent.OVERRUN_FRAMES, available - reserve);
            available = reserve;
            position = end - reserve;
            beginWindow();
        }
        if (!primed) {
            if (late > 0) {
                late = Math.min(late + frames, 2 * PAUSE);
            }
            if (available < reserve) {
                return 0;
            }
            if (fresh) {
                position += available - reserve;
                available = reserve;
                fresh = false;
            }
            primed = true;
            beginWindow();
        }
        int count = (int) Math.min(available, frames);
        if (count < frames) {
            counters.count(AudioEvent.UNDERRUNS);
            late = frames - count;
            primed = false;
        }
        long skip = primed ? skip(available - count, count) : 0;
        copy(into, count);
        if (skip > 0) {
            fadeOver(into, count, skip);
            counters.add(AudioEvent.SKIPPED_FRAMES, skip);
        }
        VarHandle.loadLoadFence();
        if ((long) CLAIMED.getOpaque(this) - position > CAPACITY) {
            // Held up for so long that the writer came round: what was copied is of two times.
            counters.add(AudioEvent.OVERRUN_FRAMES, count);
            count = 0;
            primed = false;
        }
        position += count + skip;
        return count;
    }

    private void beginWindow() {
        leastLeft = Long.MAX_VALUE;
        windowed = 0;
    }

    /** How many sample frames are to be left out now. */
    private long skip(long left, int frames) {
        leastLeft = Math.min(leastLeft, left);
        windowed += frames;
        if (windowed < WINDOW) {
            return 0;
        }
        long excess = leastLeft - margin;
        margin = Math.max(MIN_MARGIN, margin - MARGIN_DECAY);
        beginWindow();
        // Up to a buffer is left over without need, depending on when buffers come and when they are read.
        return excess >= chunk + frames / 2 ? excess : 0;
    }

    private void copy(MemorySegment into, int frames) {
        long index = position & CAPACITY - 1;
        long first = Math.min(frames, CAPACITY - index);
        MemorySegment.copy(samples, index * frameBytes, into, 0, first * frameBytes);
        MemorySegment.copy(samples, 0, into, first * frameBytes, (frames - first) * frameBytes);
    }

    /** Goes over from what was copied to what comes {@code skip} sample frames later. */
    private void fadeOver(MemorySegment into, int frames, long skip) {
        for (int i = 0; i < frames; i++) {
            float share = (i + 1) / (float) frames;
            long from = (position + skip + i & CAPACITY - 1) * channels;
            long to = (long) i * channels;
            for (int c = 0; c < channels; c++) {
                float now = into.getAtIndex(JAVA_FLOAT, to + c);
                into.setAtIndex(JAVA_FLOAT, to + c, now + share * (samples.getAtIndex(JAVA_FLOAT, from + c) - now));
            }
        }
    }

    /** Neither thread may use it any more. */
    @Override
    public void close() {
        arena.close();
    }
}
