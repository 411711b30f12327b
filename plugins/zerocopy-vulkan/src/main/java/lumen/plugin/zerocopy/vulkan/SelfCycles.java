package lumen.plugin.zerocopy.vulkan;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import lumen.spi.CursorState;
import lumen.spi.ImportRequest;
import lumen.spi.Verdict.Check;
import lumen.vulkan.Gpu;
import lumen.vulkan.SamplePicture;
import lumen.vulkan.SamplePictures;

/** Opens, uses and closes the importer again and again, and looks at what stays behind. */
final class SelfCycles {
    private static final int CYCLES = 1000;
    /** Drivers keep some things for good from their first few uses on. */
    private static final int WARM_UP = 5;

    private final long deadline;

    SelfCycles(long deadline) {
        this.deadline = deadline;
    }

    /** Descriptors and threads of this process. */
    private record Held(long descriptors, long threads) {
        static Held now() {
            return new Held(count("/proc/self/fd"), count("/proc/self/task"));
        }

        private static long count(String folder) {
            try (Stream<Path> entries = Files.list(Path.of(folder))) {
                return entries.count();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    Check run(Gpu gpu, TestPath path, ImportRequest request, String name) {
        try (SamplePictures pictures = new SamplePictures(gpu);
                SamplePicture picture = path.maker().make(pictures, request.mode().width(), request.mode().height())) {
            picture.paint(1);
            SampleFrame frame = new SampleFrame(picture, TestPath.FORMAT);
            for (int i = 0; i < WARM_UP; i++) {
                once(request, path, frame);
            }
            Held before = Held.now();
            int done = 0;
            while (done < CYCLES && System.nanoTime() < deadline) {
                once(request, path, frame);
                done++;
            }
            Held after = Held.now();
            if (after.descriptors() > before.descriptors() || after.threads() > before.threads()) {
                return Check.failed(name, done + " cycles left " + (after.descriptors() - before.descriptors()) + " descriptors and "
                        + (after.threads() - before.threads()) + " threads behind");
            }
            String detail = done + " times opened, used and closed: " + after.descriptors() + " descriptors and " + after.threads()
                    + " threads before and after";
            return done < CYCLES ? Check.skipped(name, detail + "; there was no time for more") : Check.passed(name, detail);
        }
    }

    private static void once(ImportRequest request, TestPath path, SampleFrame frame) {
        try (VulkanImporter importer = VulkanImporterProvider.open(request, path.options())) {
            importer.importFrame(frame, CursorState.NONE).release();
        }
    }
}
