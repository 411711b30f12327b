package lumen.plugin.zerocopy.egl;

import static org.lwjgl.opengl.GL11C.GL_NEAREST;
import static org.lwjgl.opengl.GL11C.GL_TEXTURE_2D;
import static org.lwjgl.opengl.GL11C.GL_TEXTURE_MAG_FILTER;
import static org.lwjgl.opengl.GL11C.GL_TEXTURE_MIN_FILTER;
import static org.lwjgl.opengl.GL11C.glBindTexture;
import static org.lwjgl.opengl.GL11C.glDeleteTextures;
import static org.lwjgl.opengl.GL11C.glGenTextures;
import static org.lwjgl.opengl.GL11C.glTexParameteri;

import lumen.posix.DmabufFence;
import lumen.posix.Fd;
import lumen.posix.PosixException;
import lumen.spi.BackendException;
import lumen.spi.BufferSlot;
import org.lwjgl.PointerBuffer;
import org.lwjgl.egl.EGL10;
import org.lwjgl.egl.EGL15;
import org.lwjgl.egl.EXTImageDMABufImport;
import org.lwjgl.egl.EXTImageDMABufImportModifiers;
import org.lwjgl.system.MemoryStack;

/** A dmabuf as EGL image and texture, with descriptors of its own. */
final class DmabufTexture implements SlotTexture {
    /** Attributes by plane: descriptor, offset, pitch, low and high word of the modifier. */
    private static final int[][] PLANES = {
        {EXTImageDMABufImport.EGL_DMA_BUF_PLANE0_FD_EXT, EXTImageDMABufImport.EGL_DMA_BUF_PLANE0_OFFSET_EXT,
            EXTImageDMABufImport.EGL_DMA_BUF_PLANE0_PITCH_EXT, EXTImageDMABufImportModifiers.EGL_DMA_BUF_PLANE0_MODIFIER_LO_EXT,
            EXTImageDMABufImportModifiers.EGL_DMA_BUF_PLANE0_MODIFIER_HI_EXT},
        {EXTImageDMABufImport.EGL_DMA_BUF_PLANE1_FD_EXT, EXTImageDMABufImport.EGL_DMA_BUF_PLANE1_OFFSET_EXT,
            EXTImageDMABufImport.EGL_DMA_BUF_PLANE1_PITCH_EXT, EXTImageDMABufImportModifiers.EGL_DMA_BUF_PLANE1_MODIFIER_LO_EXT,
            EXTImageDMABufImportModifiers.EGL_DMA_BUF_PLANE1_MODIFIER_HI_EXT},
        {EXTImageDMABufImport.EGL_DMA_BUF_PLANE2_FD_EXT, EXTImageDMABufImport.EGL_DMA_BUF_PLANE2_OFFSET_EXT,
            EXTImageDMABufImport.EGL_DMA_BUF_PLANE2_PITCH_EXT, EXTImageDMABufImportModifiers.EGL_DMA_BUF_PLANE2_MODIFIER_LO_EXT,
            EXTImageDMABufImportModifiers.EGL_DMA_BUF_PLANE2_MODIFIER_HI_EXT},
        {EXTImageDMABufImportModifiers.EGL_DMA_BUF_PLANE3_FD_EXT, EXTImageDMABufImportModifiers.EGL_DMA_BUF_PLANE3_OFFSET_EXT,
            EXTImageDMABufImportModifiers.EGL_DMA_BUF_PLANE3_PITCH_EXT,
            EXTImageDMABufImportModifiers.EGL_DMA_BUF_PLANE3_MODIFIER_LO_EXT,
            EXTImageDMABufImportModifiers.EGL_DMA_BUF_PLANE3_MODIFIER_HI_EXT}};
    private static final int ATTRIBUTES = 2 * (3 + 4 * 5) + 1;
    private static final long WORD = 0xFFFF_FFFFL;

    private final GlContext context;
    private final String description;
    private final Fd[] planes;
    private long image;
    private int texture;

    private DmabufTexture(GlContext context, BufferSlot.Dmabuf slot) {
        this.context = context;
        this.description = DmabufGeometry.describe(slot);
        this.planes = new Fd[slot.planes()];
    }

    /** A {@link TextureSource}. */
    static SlotTexture open(GlContext context, BufferSlot.Dmabuf slot) {
        DmabufGeometry.check(slot, context.maxTextureSize());
        DmabufTexture made = new DmabufTexture(context, slot);
        try {
            made.duplicate(slot);
            made.createImage(slot);
            made.createTexture();
            return made;
        } catch (RuntimeException e) {
            made.close();
            throw e;
        }
    }

    private void duplicate(BufferSlot.Dmabuf slot) {
        for (int plane = 0; plane < planes.length; plane++) {
            try {
                planes[plane] = Fd.duplicateOf(slot.fd(plane));
            } catch (PosixException | IllegalStateException e) {
                throw new BackendException(description + ": plane " + plane + ": " + e.getMessage(), e);
            }
            DmabufGeometry.checkPlane(slot, plane, planes[plane]);
        }
    }

    private void createImage(BufferSlot.Dmabuf slot) {
        try (MemoryStack stack = MemoryStack.stackPush()) {
            PointerBuffer attributes = stack.mallocPointer(ATTRIBUTES);
            attributes.put(EGL15.EGL_WIDTH).put(slot.width()).put(EGL15.EGL_HEIGHT).put(slot.height())
                    .put(EXTImageDMABufImport.EGL_LINUX_DRM_FOURCC_EXT).put(slot.format().fourcc());
            for (int plane = 0; plane < planes.length; plane++) {
                int[] names = PLANES[plane];
                attributes.put(names[0]).put(planes[plane].value()).put(names[1]).put(slot.offset(plane))
                        .put(names[2]).put(slot.stride(plane));
                attributes.put(names[3]).put(slot.modifier() & WORD).put(names[4]).put(slot.modifier() >>> 32);
            }
            attributes.put(EGL10.EGL_NONE).flip();
            image = EglCalls.createImage(context.display().handle(), EXTImageDMABufImport.EGL_LINUX_DMA_BUF_EXT, attributes);
            if (image == EGL15.EGL_NO_IMAGE) {
                throw new BackendException("eglCreateImage of a " + description + ": " + EglError.eglName(EGL10.eglGetError()));
            }
        }
    }

    private void createTexture() {
        texture = glGenTextures();
        glBindTexture(GL_TEXTURE_2D, texture);
        context.imageTarget(GL_TEXTURE_2D, image);
        // The default asks for mipmaps, and a texture without them reads as black.
        glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, GL_NEAREST);
        glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAG_FILTER, GL_NEAREST);
        EglError.check("glEGLImageTargetTexture2DOES of a " + description);
    }

    @Override
    public int texture() {
        return texture;
    }

    @Override
    public long image() {
        return image;
    }

    @Override
    public void await(DmabufFence fence, int timeoutMillis) {
        // Each plane for itself: they may be different buffers. Those of one buffer are ready at once.
        for (Fd plane : planes) {
            switch (fence.await(plane.value(), timeoutMillis)) {
                case READY -> { }
                case TIMED_OUT -> throw new BackendException("the compositor's GPU still writes to a " + description + " after "
                        + timeoutMillis + " ms");
                case NO_DMABUF -> throw new BackendException(description + ": its descriptor is closed");
            }
        }
    }

    @Override
    public void close() {
        if (texture != 0) {
            glDeleteTextures(texture);
            texture = 0;
        }
        if (image != EGL15.EGL_NO_IMAGE) {
            EGL15.eglDestroyImage(context.display().handle(), image);
            image = EGL15.EGL_NO_IMAGE;
        }
        for (Fd plane : planes) {
            if (plane != null) {
                plane.close();
            }
        }
    }
}
