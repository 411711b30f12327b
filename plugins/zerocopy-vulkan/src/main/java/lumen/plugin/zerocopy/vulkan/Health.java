package lumen.plugin.zerocopy.vulkan;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.util.Optional;
import lumen.cuda.Copy2d;
import lumen.cuda.CudaException;
import lumen.cuda.CudaStream;
import lumen.cuda.DeviceBuffer;
import lumen.cuda.MemoryBudget;
import lumen.cuda.PinnedBuffer;
import lumen.spi.BackendException;
import lumen.vulkan.Gpu;
import lumen.vulkan.HandleType;
import lumen.vulkan.SamplePicture;
import lumen.vulkan.SamplePictures;
import lumen.vulkan.VulkanException;

/**
 * Something a process with a healthy driver can do.
 *
 * @param name what it is
 * @param work does it; throws what its API throws if it can't
 */
record Health(String name, Runnable work) {
    private static final int BYTES = 1 << 20;
    private static final byte VALUE = 0x5a;
    private static final int WIDTH = 64;
    private static final int HEIGHT = 64;
    private static final long LIMIT_NANOS = 5_000_000_000L;

    /** In the current context: memory of the device, written by it, and read back. */
    static Health cuda() {
        return new Health("CUDA's memory and copies", Health::fillAndReadBack);
    }

    /** With a device of its own: memory that it shares, and a picture painted there. */
    static Health vulkan(Gpu gpu, HandleType handle) {
        return new Health("Vulkan's memory", () -> {
            int row = WIDTH * TestPath.FORMAT.bytesPerPixel();
            try (SamplePictures pictures = new SamplePictures(gpu);
                    SamplePicture picture = pictures.linear(TestPath.FORMAT.fourcc(), WIDTH, HEIGHT, 0, row, handle)) {
                picture.paint(1);
            }
        });
    }

    /** Why it can't be done any more; empty if it can. */
    Optional<String> ailment() {
        try {
            work.run();
            return Optional.empty();
        } catch (CudaException | VulkanException | BackendException e) {
            return Optional.of(e.getMessage());
        }
    }

    private static void fillAndReadBack() {
        try (DeviceBuffer memory = DeviceBuffer.linear(BYTES, MemoryBudget.unlimited());
                PinnedBuffer host = new PinnedBuffer(BYTES); CudaStream stream = new CudaStream(); Copy2d copy = new Copy2d()) {
            host.segment().fill((byte) 0);
            stream.fill(memory.pointer(), VALUE, BYTES);
            stream.copy(copy.size(BYTES, 1).fromDevice(memory.pointer(), BYTES).toHost(host.address(), BYTES));
            stream.await(LIMIT_NANOS);
            for (long i = 0; i < BYTES; i++) {
                if (host.segment().get(JAVA_BYTE, i) != VALUE) {
                    throw new BackendException("byte " + i + " of a copy is wrong");
                }
            }
        }
    }
}
