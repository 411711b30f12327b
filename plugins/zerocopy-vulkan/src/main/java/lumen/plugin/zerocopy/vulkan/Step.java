package lumen.plugin.zerocopy.vulkan;

/** What an import consists of, as {@link lumen.spi.ImportSteps} is told. */
final class Step {
    /** The device is opened, at the first frame. */
    static final String START = "start";
    /** Buffers for pictures of a size are allocated. */
    static final String STAGE = "stage";
    /** A slot's dmabuf is imported, and its copy recorded. */
    static final String IMPORT = "import";
    /** The compositor's own writes are waited for. */
    static final String ACQUIRE = "acquire";
    /** The copy begins. */
    static final String COPY = "copy";
    /** The copy is waited for. */
    static final String WAIT = "wait";
    /** From the staging buffer to a pooled CUDA buffer. */
    static final String TRANSFER = "transfer";
    /** The pointer is drawn. */
    static final String CURSOR = "cursor";

    private Step() {
    }
}
