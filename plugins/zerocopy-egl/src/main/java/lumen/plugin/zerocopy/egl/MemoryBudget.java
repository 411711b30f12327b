package lumen.plugin.zerocopy.egl;

import lumen.spi.BackendException;

/** How much memory one importer may take of its GPU, so that running out of it can be rehearsed. Video thread. */
final class MemoryBudget {
    private final long limit;
    private long taken;

    /** @param limit bytes */
    MemoryBudget(long limit) {
        this.limit = limit;
    }

    static MemoryBudget unlimited() {
        return new MemoryBudget(Long.MAX_VALUE);
    }

    /** @throws BackendException if that is more than is left; {@code what} says what for */
    void take(long bytes, String what) {
        if (bytes > limit - taken) {
            throw new BackendException(what + ": GL_OUT_OF_MEMORY, " + bytes + " bytes are over the budget of " + limit);
        }
        taken += bytes;
    }

    void give(long bytes) {
        taken -= bytes;
    }

    long taken() {
        return taken;
    }
}
