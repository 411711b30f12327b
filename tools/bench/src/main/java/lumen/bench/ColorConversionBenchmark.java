package lumen.bench;

import java.lang.foreign.Arena;
import lumen.plugin.ffmpeg.color.Coefficients;
import lumen.plugin.ffmpeg.color.Nv12Converter;
import lumen.plugin.ffmpeg.color.Nv12Kernel;
import lumen.spi.ColorInfo;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A frame of BGRx pixels to NV12. */
@State(Scope.Thread)
public class ColorConversionBenchmark {
    @Param({"1280x720", "1920x1080"})
    public String size;
    /** {@code best}: what this CPU uses once it is compiled. */
    @Param({"scalar", "best"})
    public String kernel;

    private final Coefficients coefficients = Coefficients.of(ColorInfo.DESKTOP);
    private int width;
    private int height;
    private Arena arena;
    private long pixels;
    private long luma;
    private long chroma;
    private Nv12Kernel chosen;

    @Setup(Level.Trial)
    public void allocate() throws InterruptedException {
        width = Integer.parseInt(size.substring(0, size.indexOf('x')));
        height = Integer.parseInt(size.substring(size.indexOf('x') + 1));
        arena = Arena.ofShared();
        pixels = arena.allocate(4L * width * height, 64).address();
        luma = arena.allocate((long) width * height, 64).address();
        chroma = arena.allocate((long) width * height / 2, 64).address();
        // Until it is warm, the converter answers with the scalar kernel.
        chosen = Nv12Converter.kernel();
        if (kernel.equals("best")) {
            Nv12Converter.warm();
            Nv12Converter.awaitWarm();
            chosen = Nv12Converter.kernel();
        }
    }

    @TearDown(Level.Trial)
    public void free() {
        arena.close();
    }

    @Benchmark
    public void convert() {
        for (int y = 0; y < height; y += 2) {
            long top = pixels + 4L * y * width;
            chosen.rowPair(top, top + 4L * width, false, width, luma + (long) y * width,
                    luma + (long) (y + 1) * width, chroma + (long) (y / 2) * width, coefficients);
        }
    }
}
