package lumen.plugin.zerocopy.egl;

import lumen.spi.BufferSlot;

/** A buffer that self-tests show to the importer in a compositor's stead. */
interface Sample extends BufferSlot.Dmabuf, AutoCloseable {
    /** Paints {@link TrialPattern}, and returns when the importer may read it. */
    void paint(int seed);

    @Override
    void close();
}
