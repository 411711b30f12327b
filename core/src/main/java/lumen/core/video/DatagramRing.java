package lumen.core.video;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The memory frames wait in as datagrams, between the thread that packetizes and the thread that sends.
 * A frame lies in one piece, datagram behind datagram, so that the kernel can cut it. One producer, one
 * consumer, no locks; off-heap memory owned by this ring, freed by {@link #close()} when both have ended.
 */
public final class DatagramRing implements AutoCloseable {
    /** Frames between the two threads; more would be latency, since nothing is dropped once encoded. */
    public static final int MAX_FRAMES = 8;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment memory;
    private final int datagramLength;
    private final int slots;
    private final QueuedFrame[] frames = new QueuedFrame[MAX_FRAMES];

    /** Slots ever taken and ever given back; positions are these modulo {@link #slots}. */
    private long taken;
    private final AtomicLong released = new AtomicLong();
    private final AtomicLong published = new AtomicLong();
    private final AtomicLong consumed = new AtomicLong();

    /** A ring for datagrams of that length, with room for two of the largest frames. */
    public DatagramRing(int datagramLength) {
        this(datagramLength, 2 * FecBlockPlan.MAX_FRAME_SHARDS);
    }

    /**
     * @param slots room in datagrams; a frame of more than half of it is refused
     */
    public DatagramRing(int datagramLength, int slots) {
        this.datagramLength = datagramLength;
        this.slots = slots;
        memory = arena.allocate((long) slots * datagramLength, 64);
        for (int i = 0; i < MAX_FRAMES; i++) {
            frames[i] = new QueuedFrame();
        }
    }

    /** All datagrams; see {@link QueuedFrame#offset()}. */
    public MemorySegment memory() {
        return memory;
    }

    public int datagramLength() {
        return datagramLength;
    }

    /** Largest frame this ring can hold, in datagrams. */
    public int largestFrame() {
        return slots / 2;
    }

    /** Frames published and not yet released. Any thread. */
    public int frames() {
        return (int) (published.get() - consumed.get());
    }

    /**
     * Producer: takes room for a frame.
     *
     * @param datagrams 1 to {@link #largestFrame()}
     * @return the frame to fill in and {@link #publish}, or {@code null} while there is no room
     */
    QueuedFrame claim(int datagrams) {
        if (datagrams > largestFrame() || published.get() - consumed.get() == MAX_FRAMES) {
            return null;
        }
        int position = (int) (taken % slots);
        int skipped = position + datagrams > slots ? slots - position : 0;
        if (taken + skipped + datagrams - released.get() > slots) {
            return null;
        }
        QueuedFrame frame = frames[(int) (published.get() % MAX_FRAMES)];
        frame.offset = (long) (skipped == 0 ? position : 0) * datagramLength;
        frame.datagrams = datagrams;
        frame.endSlot = taken + skipped + datagrams;
        return frame;
    }

    /** Producer: the frame is complete and belongs to the consumer. */
    void publish(QueuedFrame frame) {
        taken = frame.endSlot;
        published.setRelease(published.get() + 1);
    }

    /** Consumer: the oldest frame, or {@code null}. Stays until {@link #release}. */
    public QueuedFrame peek() {
        long next = consumed.get();
        return published.getAcquire() == next ? null : frames[(int) (next % MAX_FRAMES)];
    }

    /** Consumer: the frame has been sent. */
    public void release(QueuedFrame frame) {
        released.setRelease(frame.endSlot);
        consumed.setRelease(consumed.get() + 1);
    }

    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }
}
