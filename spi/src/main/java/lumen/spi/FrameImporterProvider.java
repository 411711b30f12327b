package lumen.spi;

import java.util.List;

/** Brings captured buffers into a form an encoder can read. */
public interface FrameImporterProvider extends Provider {

    /** True if captured buffers are read by a GPU, never through a CPU's mapping of them. */
    default boolean zeroCopy() {
        return false;
    }

    /**
     * Where the frames of a compositor can be once imported, no CPU having touched a pixel. Any thread.
     *
     * @param renderDevice {@code dev_t} of the DRM device the compositor renders on
     */
    default List<FrameKind> zeroCopyKinds(long renderDevice) {
        return zeroCopy() ? List.of(FrameKind.CUDA_MEMORY, FrameKind.DMABUF) : List.of();
    }

    /**
     * Opens an importer for one session, on its video thread. What is dear to set up may wait for the first frame.
     *
     * @throws BackendException if it can't work after all, or gives none of the kinds asked for
     */
    FrameImporter open(ImportRequest request);
}
