package lumen.cuda;

import java.util.ArrayList;
import java.util.List;

/**
 * Buffers of one picture's size, taken for a frame and given back when nobody reads them any more. They are allocated
 * as they are first needed and live until the pool ends: no frame allocates once the pool has filled. One thread.
 */
public final class CudaFramePool implements AutoCloseable {
    private final long widthInBytes;
    private final long height;
    private final MemoryBudget budget;
    private final DeviceBuffer[] free;
    private final List<DeviceBuffer> all = new ArrayList<>();
    private int freeCount;
    private long takes;
    private long returns;

    /** @param most how many there may be */
    public CudaFramePool(long widthInBytes, long height, int most, MemoryBudget budget) {
        this.widthInBytes = widthInBytes;
        this.height = height;
        this.budget = budget;
        free = new DeviceBuffer[most];
    }

    /** True if its buffers are of that size. */
    public boolean fits(long rowBytes, long rows) {
        return widthInBytes == rowBytes && height == rows;
    }

    /**
     * A buffer, the caller's until {@link #give}.
     *
     * @throws CudaException         if a new one is needed and can't be had
     * @throws IllegalStateException if all are taken
     */
    public DeviceBuffer take() {
        if (freeCount > 0) {
            takes++;
            return free[--freeCount];
        }
        if (all.size() == free.length) {
            throw new IllegalStateException("all " + free.length + " buffers of the pool are held");
        }
        DeviceBuffer buffer = DeviceBuffer.pitched(widthInBytes, height, budget);
        all.add(buffer);
        takes++;
        return buffer;
    }

    /**
     * Gives a buffer back; the GPU has done with it.
     *
     * @throws IllegalStateException if it isn't taken from here: two readers would get the same one
     */
    public void give(DeviceBuffer buffer) {
        for (int i = 0; i < freeCount; i++) {
            if (free[i] == buffer) {
                throw new IllegalStateException("a buffer was given back twice");
            }
        }
        if (!all.contains(buffer)) {
            throw new IllegalStateException("a buffer was given to a pool that it isn't from");
        }
        free[freeCount++] = buffer;
        returns++;
    }

    /** Times a buffer was taken. */
    public long takes() {
        return takes;
    }

    /** Times a buffer came back. */
    public long returns() {
        return returns;
    }

    /** Buffers allocated so far. */
    public int allocated() {
        return all.size();
    }

    /** Buffers taken and not given back. */
    public int taken() {
        return all.size() - freeCount;
    }

    /** Frees all of them, those still taken included: nobody may read them any more. */
    @Override
    public void close() {
        all.forEach(DeviceBuffer::close);
        all.clear();
        freeCount = 0;
    }
}
