package lumen.plugin.zerocopy.egl;

import static org.lwjgl.opengl.GL11C.GL_RGBA8;
import static org.lwjgl.opengl.GL11C.GL_TEXTURE_2D;
import static org.lwjgl.opengl.GL11C.glBindTexture;
import static org.lwjgl.opengl.GL11C.glDeleteTextures;
import static org.lwjgl.opengl.GL11C.glGenTextures;
import static org.lwjgl.opengl.GL42C.glTexStorage2D;
import static org.lwjgl.opengl.GL43C.glCopyImageSubData;

import lumen.spi.Trial;

/** The plain copy of a picture from one texture to another, to compare an importer with. */
final class BareCopy {
    private BareCopy() {
    }

    /** In the current context. */
    static FrameTimes of(Trial.Size size, int frames, int warmUp, GlTimer timer) {
        FrameTimes times = new FrameTimes(frames);
        int from = texture(size);
        int to = texture(size);
        try {
            EglError.check("glTexStorage2D of " + size.width() + "x" + size.height());
            for (int i = -warmUp; i < frames; i++) {
                times.begin();
                timer.markBegin();
                glCopyImageSubData(from, GL_TEXTURE_2D, 0, 0, 0, 0, to, GL_TEXTURE_2D, 0, 0, 0, 0, size.width(),
                        size.height(), 1);
                timer.markEnd();
                GpuFence.await(Patience.PRODUCTION.copyMillis());
                if (i >= 0) {
                    times.end();
                    times.gpu(timer.nanos());
                }
            }
            EglError.check("glCopyImageSubData");
        } finally {
            glDeleteTextures(from);
            glDeleteTextures(to);
        }
        return times;
    }

    private static int texture(Trial.Size size) {
        int texture = glGenTextures();
        glBindTexture(GL_TEXTURE_2D, texture);
        glTexStorage2D(GL_TEXTURE_2D, 1, GL_RGBA8, size.width(), size.height());
        return texture;
    }
}
