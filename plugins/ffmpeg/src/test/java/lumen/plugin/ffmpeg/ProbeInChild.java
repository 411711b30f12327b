package lumen.plugin.ffmpeg;

import java.nio.file.Path;
import java.util.Optional;
import lumen.spi.HostContext;
import lumen.spi.Journal;
import lumen.spi.Notes;
import lumen.spi.Probe;

/** Prints the outcome of the probe in a virtual machine of its own, whose class path the test chooses. */
final class ProbeInChild {
    private ProbeInChild() {
    }

    public static void main(String[] args) {
        var host = new HostContext() {
            @Override
            public Optional<String> variable(String name) {
                return Optional.empty();
            }

            @Override
            public Path runtimeDirectory() {
                throw new AssertionError();
            }

            @Override
            public Journal journal() {
                throw new AssertionError();
            }

            @Override
            public Notes notes() {
                return new Notes() {
                    @Override
                    public Optional<String> get(String key) {
                        return Optional.empty();
                    }

                    @Override
                    public void put(String key, String text) {
                        // Each child is a first start.
                    }
                };
            }
        };
        for (int i = 0; i < 2; i++) {
            long start = System.nanoTime();
            Probe probe = new FFmpegEncoderProvider().probe(host);
            System.out.println((System.nanoTime() - start) / 1_000_000 + " ms: " + probe);
        }
    }
}
