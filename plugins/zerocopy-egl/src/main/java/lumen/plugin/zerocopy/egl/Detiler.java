package lumen.plugin.zerocopy.egl;

import static org.lwjgl.opengl.GL11C.GL_TEXTURE_2D;
import static org.lwjgl.opengl.GL11C.GL_TRIANGLES;
import static org.lwjgl.opengl.GL11C.GL_TRUE;
import static org.lwjgl.opengl.GL11C.glBindTexture;
import static org.lwjgl.opengl.GL11C.glDrawArrays;
import static org.lwjgl.opengl.GL11C.glViewport;
import static org.lwjgl.opengl.GL15C.GL_WRITE_ONLY;
import static org.lwjgl.opengl.GL20C.*;
import static org.lwjgl.opengl.GL30C.GL_FRAMEBUFFER;
import static org.lwjgl.opengl.GL30C.glBindFramebuffer;
import static org.lwjgl.opengl.GL30C.glBindVertexArray;
import static org.lwjgl.opengl.GL30C.glDeleteVertexArrays;
import static org.lwjgl.opengl.GL30C.glGenVertexArrays;
import static org.lwjgl.opengl.GL42C.GL_ALL_BARRIER_BITS;
import static org.lwjgl.opengl.GL42C.glBindImageTexture;
import static org.lwjgl.opengl.GL42C.glMemoryBarrier;
import static org.lwjgl.opengl.GL43C.GL_COMPUTE_SHADER;
import static org.lwjgl.opengl.GL43C.glDispatchCompute;

import java.util.Locale;
import lumen.spi.BackendException;
import lumen.spi.PixelFormat;

/**
 * Copies a picture texel by texel into another texture, so that the driver undoes the tiling, and the target's words are
 * the source's: what the sampler calls red is the lowest byte of the target, so blue and red change places where the
 * source has blue first.
 */
final class Detiler implements AutoCloseable {
    /** What does the copy. */
    enum Method {
        /** A triangle over the whole picture, without vertices. */
        DRAW,
        /** A compute shader. */
        COMPUTE;

        /** The faster one: on an H200 the shader takes an eighth of the draw's time, on llvmpipe eight times as long. */
        static Method on(EglDisplay display) {
            return display.software() ? DRAW : COMPUTE;
        }

        Method other() {
            return this == DRAW ? COMPUTE : DRAW;
        }
    }

    private static final int GROUP = 16;
    private static final String TRIANGLE = """
            #version 430 core
            void main() {
                vec2 corner = vec2((gl_VertexID << 1) & 2, gl_VertexID & 2);
                gl_Position = vec4(corner * 2.0 - 1.0, 0.0, 1.0);
            }
            """;
    private static final String FRAGMENT = """
            #version 430 core
            uniform sampler2D source;
            out %s pixel;
            %s
            void main() {
                pixel = convert(texelFetch(source, ivec2(gl_FragCoord.xy), 0).%s);
            }
            """;
    private static final String KERNEL = """
            #version 430 core
            layout(local_size_x = %d, local_size_y = %d) in;
            uniform sampler2D source;
            layout(binding = 0) writeonly uniform %s target;
            %s
            void main() {
                ivec2 at = ivec2(gl_GlobalInvocationID.xy);
                if (all(lessThan(at, imageSize(target)))) {
                    imageStore(target, at, %sconvert(texelFetch(source, at, 0).%s)%s);
                }
            }
            """;
    /** Into GL_RGBA8. */
    private static final String BYTES = "vec4 convert(vec4 color) { return color; }";
    /** Into GL_R32UI: GL_RGB10_A2 is no format that CUDA registers. */
    private static final String WORDS = """
            uint convert(vec4 color) {
                uvec4 bits = uvec4(round(color * vec4(1023.0, 1023.0, 1023.0, 3.0)));
                return bits.r | bits.g << 10 | bits.b << 20 | bits.a << 30;
            }
            """;

    private final Method method;
    private final int vertexArray;
    /** By depth and order. */
    private final int[] programs = new int[4];

    /** @throws BackendException with the compiler's words */
    Detiler(Method method) {
        this.method = method;
        vertexArray = glGenVertexArrays();
        try {
            for (int i = 0; i < programs.length; i++) {
                boolean deep = i >= 2;
                String order = i % 2 == 0 ? "bgra" : "rgba";
                programs[i] = switch (method) {
                    case DRAW -> link(new int[] {GL_VERTEX_SHADER, GL_FRAGMENT_SHADER},
                            TRIANGLE, String.format(FRAGMENT, deep ? "uint" : "vec4", deep ? WORDS : BYTES, order));
                    case COMPUTE -> link(new int[] {GL_COMPUTE_SHADER}, String.format(Locale.ROOT, KERNEL, GROUP, GROUP,
                            deep ? "uimage2D" : "image2D", deep ? WORDS : BYTES, deep ? "uvec4(" : "", order, deep ? ")" : ""));
                };
            }
            EglError.check("shaders");
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private static int link(int[] types, String... sources) {
        int program = glCreateProgram();
        StringBuilder log = new StringBuilder();
        for (int i = 0; i < types.length; i++) {
            int shader = glCreateShader(types[i]);
            glShaderSource(shader, sources[i]);
            glCompileShader(shader);
            log.append(glGetShaderInfoLog(shader));
            glAttachShader(program, shader);
            // Freed with the program it is attached to.
            glDeleteShader(shader);
        }
        glLinkProgram(program);
        if (glGetProgrami(program, GL_LINK_STATUS) != GL_TRUE) {
            log.append(glGetProgramInfoLog(program));
            glDeleteProgram(program);
            throw new BackendException("glLinkProgram: " + log.toString().strip());
        }
        return program;
    }

    /** Queues the copy. Allocates nothing. */
    void copy(int source, Stage target, PixelFormat format) {
        glUseProgram(programs[(target.deep() ? 2 : 0) + (format.redFirst() ? 1 : 0)]);
        glBindTexture(GL_TEXTURE_2D, source);
        if (method == Method.COMPUTE) {
            glBindImageTexture(0, target.texture(), 0, false, 0, GL_WRITE_ONLY, target.internalFormat());
            glDispatchCompute((target.width() + GROUP - 1) / GROUP, (target.height() + GROUP - 1) / GROUP, 1);
            glMemoryBarrier(GL_ALL_BARRIER_BITS);
        } else {
            glBindFramebuffer(GL_FRAMEBUFFER, target.framebuffer());
            glViewport(0, 0, target.width(), target.height());
            glBindVertexArray(vertexArray);
            glDrawArrays(GL_TRIANGLES, 0, 3);
        }
    }

    @Override
    public void close() {
        for (int program : programs) {
            glDeleteProgram(program);
        }
        glDeleteVertexArrays(vertexArray);
    }
}
