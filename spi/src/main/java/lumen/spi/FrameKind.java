package lumen.spi;

/** Where an imported frame's pixels are: what importers produce and encoders read. */
public enum FrameKind {
    /** Memory the CPU can read: {@link ImportedFrame.SystemMemory}. */
    SYSTEM_MEMORY,
    /** A CUDA device's memory: {@link ImportedFrame.CudaMemory}. */
    CUDA_MEMORY,
    /** The compositor's own buffer: {@link ImportedFrame.DmabufPassthrough}. */
    DMABUF
}
