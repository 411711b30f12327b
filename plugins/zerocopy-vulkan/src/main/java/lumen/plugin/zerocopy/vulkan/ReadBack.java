package lumen.plugin.zerocopy.vulkan;

import lumen.cuda.Copy2d;
import lumen.cuda.CudaStream;
import lumen.cuda.PinnedBuffer;
import lumen.spi.ImportedFrame;
import lumen.vulkan.SamplePicture;

/** Compares imported frames with what was painted, wherever they are. */
final class ReadBack {
    private static final long LIMIT_NANOS = 5_000_000_000L;

    private ReadBack() {
    }

    /** How many pixels differ from those of a seed. The frame's CUDA context is current, if it has one. */
    static long mismatches(ImportedFrame frame, int seed) {
        return switch (frame) {
            case ImportedFrame.SystemMemory memory -> SamplePicture.mismatches(memory.pixels(), memory.stride(), frame.width(),
                    frame.height(), seed);
            case ImportedFrame.CudaMemory memory -> {
                long row = (long) frame.width() * frame.format().bytesPerPixel();
                try (PinnedBuffer host = new PinnedBuffer(row * frame.height()); CudaStream stream = new CudaStream();
                        Copy2d copy = new Copy2d()) {
                    stream.waitFor(memory.ready());
                    stream.copy(copy.size(row, frame.height()).fromDevice(memory.pointer(), memory.pitch()).toHost(host.address(), row));
                    stream.await(LIMIT_NANOS);
                    yield SamplePicture.mismatches(host.segment(), row, frame.width(), frame.height(), seed);
                }
            }
            case ImportedFrame.DmabufPassthrough passed -> throw new IllegalStateException("never made here: " + passed);
        };
    }
}
