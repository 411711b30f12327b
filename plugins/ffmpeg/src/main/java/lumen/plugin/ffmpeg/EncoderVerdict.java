package lumen.plugin.ffmpeg;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import lumen.cuda.Cuda;
import lumen.cuda.CudaDevice;
import lumen.cuda.CudaException;
import lumen.plugin.ffmpeg.HardwareSurvey.Tried;
import lumen.plugin.ffmpeg.color.Nv12Converter;
import lumen.posix.ThreadCpuClock;
import lumen.spi.BackendException;
import lumen.spi.Trial;
import lumen.spi.Verdict;
import lumen.spi.Verdict.Check;
import lumen.spi.Verdict.Outcome;
import lumen.spi.VideoCodec;

/** What {@code lumen zerocopy-probe} tells of encoders: what opened, and what a frame's conversion costs. */
final class EncoderVerdict {
    private static final int WARM_UPS = 20;

    private EncoderVerdict() {
    }

    static Verdict of(Trial trial, HardwareSurvey survey, String preset) {
        long deadline = System.nanoTime() + trial.seconds() * 1_000_000_000L;
        List<Check> checks = new ArrayList<>();
        try {
            checks.add(Check.passed("libx264", EncoderTrial.run(VideoCodec.H264, 8, settings -> X264.open(settings, preset))));
        } catch (BackendException e) {
            checks.add(Check.failed("libx264", e.getMessage()));
        }
        for (Tried tried : survey.tried()) {
            checks.add(tried.works() ? Check.passed(tried.name(), tried.seen()) : Check.skipped(tried.name(), tried.seen()));
        }
        for (String uuid : survey.cuda()) {
            CudaDevice device = Cuda.load().devices().stream().filter(d -> d.uuid().toString().equals(uuid)).findFirst().orElseThrow();
            for (Trial.Size size : trial.sizes()) {
                convert(checks, trial, size, device, deadline);
            }
        }
        return new Verdict(checks);
    }

    private static void convert(List<Check> checks, Trial trial, Trial.Size size, CudaDevice device, long deadline) {
        String name = "NV12 by CUDA and one download, " + size.width() + "x" + size.height();
        if (System.nanoTime() > deadline) {
            checks.add(Check.skipped(name, "no time was left"));
            return;
        }
        try (CudaTrial pair = new CudaTrial(device, size)) {
            pair.compare();
            checks.add(new Check(name, Outcome.PASSED, "every byte as on the CPU", timing(trial, size, pair::convertOnGpu)));
            if (trial.frames() > 0) {
                Nv12Converter.awaitWarm();
                checks.add(new Check("NV12 by the CPU, " + size.width() + "x" + size.height(), Outcome.PASSED,
                        Nv12Converter.kernel().description(), timing(trial, size, pair::convertOnCpu)));
            }
        } catch (BackendException | CudaException e) {
            checks.add(Check.failed(name, e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            checks.add(Check.skipped(name, "interrupted"));
        }
    }

    private static Optional<Verdict.Timing> timing(Trial trial, Trial.Size size, Runnable frame) {
        if (trial.frames() == 0) {
            return Optional.empty();
        }
        for (int i = 0; i < WARM_UPS; i++) {
            frame.run();
        }
        long[] wall = new long[trial.frames()];
        long[] cpu = new long[trial.frames()];
        try (ThreadCpuClock clock = new ThreadCpuClock()) {
            for (int i = 0; i < wall.length; i++) {
                long start = System.nanoTime();
                long used = clock.nanos();
                frame.run();
                cpu[i] = clock.nanos() - used;
                wall[i] = System.nanoTime() - start;
            }
        }
        return Optional.of(new Verdict.Timing(size, wall.length, Optional.empty(), Verdict.Spread.of(cpu), Verdict.Spread.of(wall)));
    }
}
