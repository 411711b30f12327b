package lumen.plugin.zerocopy.vulkan;

import java.lang.System.Logger.Level;
import lumen.cuda.MemoryBudget;
import lumen.vulkan.HandleType;
import lumen.vulkan.VulkanBudget;

/**
 * How an importer works, where sessions, self-tests and tests differ.
 *
 * @param handle        what the descriptors of slots are
 * @param linear        how LINEAR is read
 * @param copier        what of the device copies
 * @param timed         whether the GPU's time is measured
 * @param acquireMillis most time for a compositor's writes to end
 * @param copyMillis    most time for a copy
 * @param log           how loudly new buffers are told of
 * @param memory        Vulkan's memory
 * @param cudaMemory    CUDA's memory
 */
record Options(HandleType handle, Linear linear, Copier copier, boolean timed, int acquireMillis, int copyMillis,
               Level log, VulkanBudget memory, MemoryBudget cudaMemory) {
    /** A frame of a busy GPU takes some ten milliseconds; what takes half a second is stuck. */
    private static final int LIMIT_MILLIS = 500;

    /** How LINEAR is read. */
    enum Linear {
        /** As a buffer if the device can, else as an image. */
        BUFFER,
        IMAGE
    }

    /** What of the device copies. */
    enum Copier {
        /** Whichever was the fastest to measure, see {@link SlotCopy}. */
        MEASURED,
        /** The general queue's copies. */
        GENERAL,
        /** The transfer queue's copies. */
        TRANSFER,
        /** A shader for images that shaders can read, else as {@link #GENERAL}. */
        SHADER
    }

    /** For sessions. */
    static Options standard() {
        return of(HandleType.DMA_BUF, Level.INFO);
    }

    /** For self-tests, which would fill the log. */
    static Options quiet(HandleType handle) {
        return of(handle, Level.DEBUG);
    }

    private static Options of(HandleType handle, Level log) {
        return new Options(handle, Linear.BUFFER, Copier.MEASURED, false, LIMIT_MILLIS, LIMIT_MILLIS,
                log, VulkanBudget.unlimited(), MemoryBudget.unlimited());
    }

    Options linear(Linear other) {
        return new Options(handle, other, copier, timed, acquireMillis, copyMillis, log, memory, cudaMemory);
    }

    Options copier(Copier other) {
        return new Options(handle, linear, other, timed, acquireMillis, copyMillis, log, memory, cudaMemory);
    }

    Options timed(boolean on) {
        return new Options(handle, linear, copier, on, acquireMillis, copyMillis, log, memory, cudaMemory);
    }

    Options acquireMillis(int millis) {
        return new Options(handle, linear, copier, timed, millis, copyMillis, log, memory, cudaMemory);
    }

    Options budgets(VulkanBudget vulkan, MemoryBudget cuda) {
        return new Options(handle, linear, copier, timed, acquireMillis, copyMillis, log, vulkan, cuda);
    }
}
