package lumen.plugin.zerocopy.egl;

import static org.lwjgl.opengl.GL11C.GL_RGBA8;
import static org.lwjgl.opengl.GL11C.GL_TEXTURE_2D;
import static org.lwjgl.opengl.GL11C.glBindTexture;
import static org.lwjgl.opengl.GL11C.glDeleteTextures;
import static org.lwjgl.opengl.GL11C.glGenTextures;
import static org.lwjgl.opengl.GL30C.GL_COLOR_ATTACHMENT0;
import static org.lwjgl.opengl.GL30C.GL_FRAMEBUFFER;
import static org.lwjgl.opengl.GL30C.GL_FRAMEBUFFER_COMPLETE;
import static org.lwjgl.opengl.GL30C.GL_R32UI;
import static org.lwjgl.opengl.GL30C.glBindFramebuffer;
import static org.lwjgl.opengl.GL30C.glCheckFramebufferStatus;
import static org.lwjgl.opengl.GL30C.glDeleteFramebuffers;
import static org.lwjgl.opengl.GL30C.glFramebufferTexture2D;
import static org.lwjgl.opengl.GL30C.glGenFramebuffers;
import static org.lwjgl.opengl.GL42C.glTexStorage2D;

import lumen.spi.BackendException;
import lumen.spi.PixelFormat;

/** The immutable texture that pictures of one size are drawn into, and where they go from there. */
final class Stage implements AutoCloseable {
    private static final int BYTES_PER_PIXEL = 4;

    private final int width;
    private final int height;
    private final boolean deep;
    private final MemoryBudget budget;
    private final Counters counters;
    private int texture;
    private int framebuffer;
    private long taken;
    private Output output;

    /**
     * Allocates all that a picture of this size needs.
     *
     * @param outputs makes what copies out of it
     * @throws BackendException if the GPU or the budget is out of memory; nothing is left then
     */
    Stage(PixelFormat format, int width, int height, MemoryBudget budget, Counters counters, Outputs outputs) {
        this.width = width;
        this.height = height;
        this.deep = format.bitDepth() > 8;
        this.budget = budget;
        this.counters = counters;
        try {
            allocating(pictureBytes(), "texture of " + width + "x" + height);
            texture = glGenTextures();
            glBindTexture(GL_TEXTURE_2D, texture);
            glTexStorage2D(GL_TEXTURE_2D, 1, internalFormat(), width, height);
            EglError.check("glTexStorage2D of " + width + "x" + height);
            framebuffer = glGenFramebuffers();
            glBindFramebuffer(GL_FRAMEBUFFER, framebuffer);
            glFramebufferTexture2D(GL_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_TEXTURE_2D, texture, 0);
            int status = glCheckFramebufferStatus(GL_FRAMEBUFFER);
            if (status != GL_FRAMEBUFFER_COMPLETE) {
                throw new BackendException("glCheckFramebufferStatus: 0x" + Integer.toHexString(status));
            }
            this.output = outputs.of(this);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Before each allocation that belongs to this stage, until whose close it counts. */
    void allocating(long bytes, String what) {
        budget.take(bytes, what);
        taken += bytes;
        counters.allocations.incrementAndGet();
    }

    boolean fits(PixelFormat format, int pictureWidth, int pictureHeight) {
        return width == pictureWidth && height == pictureHeight && deep == format.bitDepth() > 8;
    }

    int width() {
        return width;
    }

    int height() {
        return height;
    }

    /** True if a texel is one word of 10 bits a colour, of GL_R32UI; else GL_RGBA8. */
    boolean deep() {
        return deep;
    }

    int internalFormat() {
        return deep ? GL_R32UI : GL_RGBA8;
    }

    int rowBytes() {
        return width * BYTES_PER_PIXEL;
    }

    long pictureBytes() {
        return (long) rowBytes() * height;
    }

    int texture() {
        return texture;
    }

    int framebuffer() {
        return framebuffer;
    }

    Counters counters() {
        return counters;
    }

    Output output() {
        return output;
    }

    @Override
    public void close() {
        if (output != null) {
            output.close();
            output = null;
        }
        if (framebuffer != 0) {
            glDeleteFramebuffers(framebuffer);
            framebuffer = 0;
        }
        if (texture != 0) {
            glDeleteTextures(texture);
            texture = 0;
        }
        budget.give(taken);
        taken = 0;
    }
}
