package lumen.plugin.ffmpeg.color;

import java.lang.foreign.Arena;
import lumen.spi.ColorInfo;

/**
 * Converts whole frames with the best kernel that is ready. The vector kernel is a thousand times
 * slower while the virtual machine interprets it, so it is run on tiny input in the background first.
 */
public final class Nv12Converter {
    private static final int WARM_WIDTH = 256;
    /** Calls until C2 has compiled the kernel and the code has settled. */
    private static final int WARM_CALLS = 12_000;

    private static final ScalarKernel SCALAR = new ScalarKernel();
    private static volatile Nv12Kernel ready = SCALAR;
    private static Thread warmer;

    private Nv12Converter() {
    }

    /** Starts compiling the vector kernel if this has not been done and the CPU has wide vectors. Any thread. */
    public static synchronized void warm() {
        if (warmer == null && VectorKernel.supported()) {
            warmer = Thread.ofPlatform().name("lumen-ffmpeg-warm").daemon().start(Nv12Converter::compile);
        }
    }

    /** Waits until the best kernel for this CPU is in use; {@link #warm} must have been called. */
    public static void awaitWarm() throws InterruptedException {
        Thread thread;
        synchronized (Nv12Converter.class) {
            thread = warmer;
        }
        if (thread != null) {
            thread.join();
        }
    }

    /** The kernel this CPU will use once it is warm. */
    public static String best() {
        return VectorKernel.supported() ? new VectorKernel().description() : SCALAR.description();
    }

    /** The kernel in use now. */
    public static Nv12Kernel kernel() {
        return ready;
    }

    private static void compile() {
        var vector = new VectorKernel();
        var c = Coefficients.of(ColorInfo.DESKTOP);
        try (var arena = Arena.ofConfined()) {
            long source = arena.allocate(2 * 4 * WARM_WIDTH, 64).address();
            long target = arena.allocate(3 * WARM_WIDTH, 64).address();
            for (int i = 0; i < WARM_CALLS; i++) {
                boolean redFirst = (i & 1) == 0;
                // An odd width now and then, so that the tail is compiled too.
                int width = WARM_WIDTH - (i & 3);
                vector.rowPair(source, source + 4 * WARM_WIDTH, redFirst, width, target, target + WARM_WIDTH,
                        target + 2 * WARM_WIDTH, c);
            }
        }
        ready = vector;
    }

    /**
     * Converts a frame. The caller has checked that both ends are large enough; the target has even
     * width and height, rounded up from the source's.
     */
    public static void convert(long pixels, int stride, boolean redFirst, int width, int height,
                               long luma, int lumaStride, long chroma, int chromaStride, Coefficients c) {
        Nv12Kernel kernel = ready;
        for (int y = 0; y < height; y += 2) {
            long top = pixels + (long) y * stride;
            long bottom = y + 1 < height ? top + stride : top;
            long lumaTop = luma + (long) y * lumaStride;
            kernel.rowPair(top, bottom, redFirst, width, lumaTop, lumaTop + lumaStride,
                    chroma + (long) (y / 2) * chromaStride, c);
        }
    }
}
