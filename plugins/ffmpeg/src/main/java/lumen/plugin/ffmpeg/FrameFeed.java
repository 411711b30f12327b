package lumen.plugin.ffmpeg;

import lumen.spi.BackendException;
import lumen.spi.ImportedFrame;

/** Brings captured frames into the form one encoder reads: its size, its colours, its memory. One thread. */
interface FrameFeed extends AutoCloseable {

    /**
     * Takes over a frame's picture; its pixels are not touched after the call.
     *
     * @throws BackendException if the frame can't be read here; what was taken before it stays
     */
    void take(ImportedFrame frame);

    /** What the encoder gets, with the picture last taken: always the same object. */
    FrameFields picture();

    /** The encoder is closed before it. */
    @Override
    void close();
}
