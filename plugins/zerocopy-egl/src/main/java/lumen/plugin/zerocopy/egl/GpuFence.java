package lumen.plugin.zerocopy.egl;

import static org.lwjgl.opengl.GL32C.GL_ALREADY_SIGNALED;
import static org.lwjgl.opengl.GL32C.GL_CONDITION_SATISFIED;
import static org.lwjgl.opengl.GL32C.GL_SYNC_FLUSH_COMMANDS_BIT;
import static org.lwjgl.opengl.GL32C.GL_SYNC_GPU_COMMANDS_COMPLETE;
import static org.lwjgl.opengl.GL32C.GL_TIMEOUT_EXPIRED;
import static org.lwjgl.opengl.GL32C.glClientWaitSync;
import static org.lwjgl.opengl.GL32C.glDeleteSync;
import static org.lwjgl.opengl.GL32C.glFenceSync;

import lumen.spi.BackendException;

/** Waits for OpenGL, with a limit. */
final class GpuFence {
    private static final long NANOS_PER_MILLI = 1_000_000;

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
        int outcome = glClientWaitSync(fence, GL_SYNC_FLUSH_COMMANDS_BIT, timeoutMillis * NANOS_PER_MILLI);
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
