package lumen.plugin.zerocopy.egl;

/** The buffers that a stage's pictures are copied into, for encoders to read. */
interface Output extends AutoCloseable {
    /** Two that encoders hold, and one to fill. */
    int PICTURES = 3;

    /**
     * One that nobody holds.
     *
     * @param spared not this one, which may be asked for again; {@code null}: none
     * @throws lumen.spi.BackendException if all are held
     */
    Picture free(Picture spared);

    /** True while an encoder may be reading. */
    boolean held();

    @Override
    void close();
}
