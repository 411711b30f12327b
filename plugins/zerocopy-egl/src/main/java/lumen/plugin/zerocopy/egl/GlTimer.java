package lumen.plugin.zerocopy.egl;

import static org.lwjgl.opengl.GL15C.GL_QUERY_RESULT;
import static org.lwjgl.opengl.GL15C.glDeleteQueries;
import static org.lwjgl.opengl.GL15C.glGenQueries;
import static org.lwjgl.opengl.GL33C.GL_TIMESTAMP;
import static org.lwjgl.opengl.GL33C.glGetQueryObjectui64;
import static org.lwjgl.opengl.GL33C.glQueryCounter;

import lumen.spi.ImportSteps;

/** Takes OpenGL's time from the beginning of an importer's {@code copy} to that of its {@code wait}. */
final class GlTimer implements ImportSteps, AutoCloseable {
    private int begin;
    private int end;

    /** Once the context that it shall time is current. */
    void start() {
        begin = glGenQueries();
        end = glGenQueries();
    }

    @Override
    public void begin(String step) {
        if (begin != 0) {
            if (step.equals(EglImporter.COPY)) {
                mark(begin);
            } else if (step.equals(EglImporter.WAIT)) {
                mark(end);
            }
        }
    }

    void markBegin() {
        mark(begin);
    }

    void markEnd() {
        mark(end);
    }

    private static void mark(int query) {
        glQueryCounter(query, GL_TIMESTAMP);
    }

    /** Of what is done by now. */
    long nanos() {
        return glGetQueryObjectui64(end, GL_QUERY_RESULT) - glGetQueryObjectui64(begin, GL_QUERY_RESULT);
    }

    /** While its context is current. */
    @Override
    public void close() {
        glDeleteQueries(begin);
        glDeleteQueries(end);
        begin = 0;
    }
}
