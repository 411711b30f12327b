package lumen.client.stream;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Complete frames between the thread that receives and the one that decodes. Bounded as in other clients:
 * when the decoder is so far behind, everything waiting is thrown away and an IDR must follow.
 */
final class AccessUnitQueue implements AutoCloseable {
    /** Frames other clients keep for a slow decoder. */
    static final int CAPACITY = 15;

    /** One frame and what is known about it; the consumer's until it takes the next. */
    static final class Entry {
        private Arena arena = Arena.ofShared();
        private MemorySegment memory = arena.allocate(1 << 17);
        private long length;
        int frameIndex;
        int frameType;
        int latencyTenthMillis;
        int rtpTimestamp;
        long completeNanos;

        MemorySegment accessUnit() {
            return memory.asSlice(0, length);
        }

        private void store(MemorySegment from) {
            length = from.byteSize();
            if (memory.byteSize() < length) {
                arena.close();
                arena = Arena.ofShared();
                memory = arena.allocate(Long.highestOneBit(length) << 1);
            }
            MemorySegment.copy(from, 0, memory, 0, length);
        }
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    /** One more than the capacity: the one the consumer holds. */
    private final Entry[] ring = new Entry[CAPACITY + 1];
    private int head;
    private int size;
    private boolean closed;

    AccessUnitQueue() {
        for (int i = 0; i < ring.length; i++) {
            ring[i] = new Entry();
        }
    }

    /**
     * Adds a frame; the memory is copied.
     *
     * @return false if the queue was full: it is empty now, and this frame is lost with the others
     */
    boolean offer(MemorySegment accessUnit, int frameIndex, int frameType, int latencyTenthMillis, int rtpTimestamp,
                  long nowNanos) {
        lock.lock();
        try {
            if (size == CAPACITY) {
                size = 0;
                return false;
            }
            Entry entry = ring[(head + size) % ring.length];
            entry.store(accessUnit);
            entry.frameIndex = frameIndex;
            entry.frameType = frameType;
            entry.latencyTenthMillis = latencyTenthMillis;
            entry.rtpTimestamp = rtpTimestamp;
            entry.completeNanos = nowNanos;
            size++;
            arrived.signal();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** The oldest frame, waiting for it; {@code null} once the queue is closed and empty. */
    Entry take() throws InterruptedException {
        lock.lock();
        try {
            while (size == 0) {
                if (closed) {
                    return null;
                }
                arrived.await();
            }
            Entry entry = ring[head];
            head = (head + 1) % ring.length;
            size--;
            return entry;
        } finally {
            lock.unlock();
        }
    }

    /** True if nothing waits. */
    boolean isEmpty() {
        lock.lock();
        try {
            return size == 0;
        } finally {
            lock.unlock();
        }
    }

    /** No frame will come any more. */
    void end() {
        lock.lock();
        try {
            closed = true;
            arrived.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Frees the memory; both threads have ended. */
    @Override
    public void close() {
        for (Entry entry : ring) {
            entry.arena.close();
        }
    }
}
