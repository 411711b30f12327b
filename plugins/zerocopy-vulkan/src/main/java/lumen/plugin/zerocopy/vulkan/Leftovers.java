package lumen.plugin.zerocopy.vulkan;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.Deque;

/** What is to be closed, the newest first, each whatever becomes of the others. */
final class Leftovers implements AutoCloseable {
    private static final Logger LOG = System.getLogger("lumen.zerocopy.vulkan");

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();

    <T extends AutoCloseable> T add(T part) {
        parts.push(part);
        return part;
    }

    /** Idempotent. A driver that fails here has failed before: there is nobody to tell but the log. */
    @Override
    public void close() {
        while (!parts.isEmpty()) {
            try {
                parts.pop().close();
            } catch (Exception e) {
                LOG.log(Level.DEBUG, "not closed properly", e);
            }
        }
    }
}
