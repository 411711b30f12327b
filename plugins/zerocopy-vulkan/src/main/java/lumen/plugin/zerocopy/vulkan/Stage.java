package lumen.plugin.zerocopy.vulkan;

import lumen.spi.ColorInfo;
import lumen.spi.CursorState;
import lumen.spi.ImportedFrame;
import lumen.spi.PixelFormat;
import lumen.vulkan.CopyCommands;
import lumen.vulkan.VulkanBuffer;

/** Where pictures of one size are copied to, and how they reach the encoder from there. */
interface Stage extends AutoCloseable {
    /** How many buffers a slot's copies are recorded for. */
    int targets();

    /** One of the buffers. */
    VulkanBuffer target(int index);

    /** Bytes from one row to the next in each of them. */
    int stride();

    /** Ends what is recorded for a copy into a target. */
    void recordEnd(CopyCommands copy, int index);

    /** The target for the next copy, which nobody reads any more. */
    int take();

    /** The copy into the target taken last is done. */
    ImportedFrame finish(PixelFormat format, ColorInfo color, CursorState cursor);

    /** The picture finished last, once more. */
    ImportedFrame again(CursorState cursor);

    /** The failure of a step leaves nothing taken. */
    void abandon();

    /** What the GPU took after the copy, for the picture finished last, or -1. */
    long gpuNanos();

    /** No copy may be under way. */
    @Override
    void close();
}
