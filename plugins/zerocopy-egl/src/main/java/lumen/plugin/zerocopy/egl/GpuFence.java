package lumen.plugin.zerocopy.egl;

import static org.lwjgl.opengl.GL32C.GL_ALREADY_SIGNALED;
import static org.lwjgl.opengl.GL32C.GL_CONDITION_SATISFIED;
import static org.lwjgl.opengl.GL32C.GL_SYNC_FLUSH_COMMANDS_BIT;
import static org.lwjgl.opengl.GL32C.GL_SYNC_GPU_COMMANDS_COMPLETE;
import static org.lwjgl.opengl.GL32C.GL_TIMEOUT_EXPIRED;
import static org.lwjgl.opengl.GL32C.glClientWaitSync;
import static org.lwjgl.opengl.GL32C.glDeleteSync;
import static org.lwjgl.opengl.GL32C.glFenceSync;

import java.util.concurrent.locks.LockSupport;
import lumen.spi.BackendException;

/** Waits for OpenGL, with a limit. */
final class GpuFence {
    private static final long NANOS_PER_MILLI = 1_000_000;
    /** Drivers spin in glClientWaitSync, on a core that others need; a draw takes 0.1 to 1 ms. */
    private static final long PARK_NANOS = 50_000;

    private GpuFence() {
    }

    /**
     * Returns when all that was queued is done.
     *
     * @throws BackendException if it isn't in time, or never will be
     */
    static void await(int timeoutMillis) {
        long fence = glFenceSync(GL_SYNC_GPU_COMMANDS_COMPLETE, 0);
        if (fence == 0) {
            EglError.check("glFenceSync");
            throw new BackendException("glFenceSync failed" + EglError.lost());
        }
        long deadline = System.nanoTime() + timeoutMillis * NANOS_PER_MILLI;
        int outcome = glClientWaitSync(fence, GL_SYNC_FLUSH_COMMANDS_BIT, 0);
        while (outcome == GL_TIMEOUT_EXPIRED && System.nanoTime() < deadline) {
            LockSupport.parkNanos(PARK_NANOS);
            outcome = glClientWaitSync(fence, 0, 0);
        }
        glDeleteSync(fence);
        if (outcome == GL_TIMEOUT_EXPIRED) {
            throw new BackendException("glClientWaitSync: GL_TIMEOUT_EXPIRED after " + timeoutMillis + " ms" + EglError.lost());
        }
        if (outcome != GL_ALREADY_SIGNALED && outcome != GL_CONDITION_SATISFIED) {
            EglError.check("glClientWaitSync");
            throw new BackendException("glClientWaitSync: GL_WAIT_FAILED" + EglError.lost());
        }
    }
}
