package lumen.plugin.zerocopy.egl;

import lumen.posix.DmabufFence;

/** A texture that is a captured buffer. Kept while the buffer lives; its context is current in all calls. */
interface SlotTexture extends AutoCloseable {
    /** Its name in OpenGL. */
    int texture();

    /** The {@code EGLImage} below it; 0 if there is none. */
    default long image() {
        return 0;
    }

    /**
     * Waits for whoever still writes to the buffer.
     *
     * @throws lumen.spi.BackendException if that takes longer than {@code timeoutMillis}
     */
    void await(DmabufFence fence, int timeoutMillis);

    /** What it was made of can be gone by now. */
    @Override
    void close();
}
