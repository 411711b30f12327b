package lumen.plugin.zerocopy.egl;

import static org.lwjgl.opengl.GL11C.GL_TEXTURE_2D;
import static org.lwjgl.opengl.GL11C.GL_TRIANGLES;
import static org.lwjgl.opengl.GL11C.GL_TRUE;
import static org.lwjgl.opengl.GL11C.glBindTexture;
import static org.lwjgl.opengl.GL11C.glDrawArrays;
import static org.lwjgl.opengl.GL11C.glViewport;
import static org.lwjgl.opengl.GL20C.*;
import static org.lwjgl.opengl.GL30C.GL_FRAMEBUFFER;
import static org.lwjgl.opengl.GL30C.glBindFramebuffer;
import static org.lwjgl.opengl.GL30C.glBindVertexArray;
import static org.lwjgl.opengl.GL30C.glDeleteVertexArrays;
import static org.lwjgl.opengl.GL30C.glGenVertexArrays;

import lumen.spi.BackendException;
import lumen.spi.PixelFormat;

/**
 * Draws a picture texel by texel into another texture, so that the driver undoes the tiling, and the target's words are
 * the source's: what the sampler calls red is the lowest byte of the target, so blue and red change places where the
 * source has blue first.
 */
final class Detiler implements AutoCloseable {
    /** One triangle that covers the picture; no buffer of vertices. */
    private static final String VERTEX = """
            #version 330 core
            void main() {
                vec2 corner = vec2((gl_VertexID << 1) & 2, gl_VertexID & 2);
                gl_Position = vec4(corner * 2.0 - 1.0, 0.0, 1.0);
            }
            """;
    /** Into GL_RGBA8. */
    private static final String BYTES = """
            #version 330 core
            uniform sampler2D source;
            out vec4 pixel;
            void main() {
                pixel = texelFetch(source, ivec2(gl_FragCoord.xy), 0).%s;
            }
            """;
    /** Into GL_R32UI: GL_RGB10_A2 is no format that CUDA registers. */
    private static final String WORDS = """
            #version 330 core
            uniform sampler2D source;
            out uint pixel;
            void main() {
                vec4 color = texelFetch(source, ivec2(gl_FragCoord.xy), 0).%s;
                uvec4 bits = uvec4(round(color * vec4(1023.0, 1023.0, 1023.0, 3.0)));
                pixel = bits.r | bits.g << 10 | bits.b << 20 | bits.a << 30;
            }
            """;

    private final int vertexArray;
    /** By depth and order. */
    private final int[] programs = new int[4];

    /** @throws BackendException with the compiler's words */
    Detiler() {
        vertexArray = glGenVertexArrays();
        try {
            for (int i = 0; i < programs.length; i++) {
                programs[i] = link(String.format(i < 2 ? BYTES : WORDS, i % 2 == 0 ? "bgra" : "rgba"));
            }
            EglError.check("shaders");
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private static int link(String fragment) {
        int program = glCreateProgram();
        int vertexShader = glCreateShader(GL_VERTEX_SHADER);
        int fragmentShader = glCreateShader(GL_FRAGMENT_SHADER);
        try {
            glShaderSource(vertexShader, VERTEX);
            glShaderSource(fragmentShader, fragment);
            glCompileShader(vertexShader);
            glCompileShader(fragmentShader);
            glAttachShader(program, vertexShader);
            glAttachShader(program, fragmentShader);
            glLinkProgram(program);
            if (glGetProgrami(program, GL_LINK_STATUS) != GL_TRUE) {
                String log = glGetShaderInfoLog(fragmentShader) + glGetProgramInfoLog(program);
                glDeleteProgram(program);
                throw new BackendException("glLinkProgram: " + log.strip());
            }
            return program;
        } finally {
            // Freed with the program they are attached to.
            glDeleteShader(vertexShader);
            glDeleteShader(fragmentShader);
        }
    }

    /** Queues the draw. Allocates nothing. */
    void draw(int source, int framebuffer, PixelFormat format, int width, int height) {
        glBindFramebuffer(GL_FRAMEBUFFER, framebuffer);
        glViewport(0, 0, width, height);
        glUseProgram(programs[(format.bitDepth() > 8 ? 2 : 0) + (format.redFirst() ? 1 : 0)]);
        glBindVertexArray(vertexArray);
        glBindTexture(GL_TEXTURE_2D, source);
        glDrawArrays(GL_TRIANGLES, 0, 3);
    }

    @Override
    public void close() {
        for (int program : programs) {
            glDeleteProgram(program);
        }
        glDeleteVertexArrays(vertexArray);
    }
}
