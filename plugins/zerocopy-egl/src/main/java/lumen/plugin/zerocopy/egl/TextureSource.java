package lumen.plugin.zerocopy.egl;

import lumen.spi.BufferSlot;

/** Makes textures of captured buffers: of dmabufs, and in self-tests where there are none, of Vulkan's memory. */
@FunctionalInterface
interface TextureSource {
    /**
     * A texture over the buffer's own memory. The context is current.
     *
     * @throws lumen.spi.BackendException naming what is wrong with the buffer; nothing is left open then
     */
    SlotTexture open(GlContext context, BufferSlot.Dmabuf slot);
}
