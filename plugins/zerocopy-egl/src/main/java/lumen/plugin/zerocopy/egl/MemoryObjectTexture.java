package lumen.plugin.zerocopy.egl;

import static org.lwjgl.opengl.EXTMemoryObject.GL_DEDICATED_MEMORY_OBJECT_EXT;
import static org.lwjgl.opengl.EXTMemoryObject.GL_OPTIMAL_TILING_EXT;
import static org.lwjgl.opengl.EXTMemoryObject.GL_TEXTURE_TILING_EXT;
import static org.lwjgl.opengl.EXTMemoryObject.glCreateMemoryObjectsEXT;
import static org.lwjgl.opengl.EXTMemoryObject.glDeleteMemoryObjectsEXT;
import static org.lwjgl.opengl.EXTMemoryObject.glMemoryObjectParameteriEXT;
import static org.lwjgl.opengl.EXTMemoryObject.glTexStorageMem2DEXT;
import static org.lwjgl.opengl.EXTMemoryObjectFD.GL_HANDLE_TYPE_OPAQUE_FD_EXT;
import static org.lwjgl.opengl.EXTMemoryObjectFD.glImportMemoryFdEXT;
import static org.lwjgl.opengl.GL11C.GL_BLUE;
import static org.lwjgl.opengl.GL11C.GL_NEAREST;
import static org.lwjgl.opengl.GL11C.GL_ONE;
import static org.lwjgl.opengl.GL11C.GL_RED;
import static org.lwjgl.opengl.GL11C.GL_RGB10_A2;
import static org.lwjgl.opengl.GL11C.GL_RGBA8;
import static org.lwjgl.opengl.GL11C.GL_TEXTURE_2D;
import static org.lwjgl.opengl.GL11C.GL_TEXTURE_MAG_FILTER;
import static org.lwjgl.opengl.GL11C.GL_TEXTURE_MIN_FILTER;
import static org.lwjgl.opengl.GL11C.GL_TRUE;
import static org.lwjgl.opengl.GL11C.glBindTexture;
import static org.lwjgl.opengl.GL11C.glDeleteTextures;
import static org.lwjgl.opengl.GL11C.glGenTextures;
import static org.lwjgl.opengl.GL11C.glTexParameteri;
import static org.lwjgl.opengl.GL33C.GL_TEXTURE_SWIZZLE_A;
import static org.lwjgl.opengl.GL33C.GL_TEXTURE_SWIZZLE_B;
import static org.lwjgl.opengl.GL33C.GL_TEXTURE_SWIZZLE_R;

import lumen.posix.DmabufFence;
import lumen.posix.Fd;
import lumen.spi.BufferSlot;

/**
 * An image of Vulkan's in the driver's own memory as texture ({@code GL_EXT_memory_object_fd}): what stands in for a
 * dmabuf on machines that have none. From the texture on all is as with a dmabuf.
 */
final class MemoryObjectTexture implements SlotTexture {
    private int memory;
    private int texture;

    private MemoryObjectTexture() {
    }

    /** A {@link TextureSource} for {@link VulkanSample}s. */
    static SlotTexture open(GlContext context, BufferSlot.Dmabuf slot) {
        MemoryObjectTexture made = new MemoryObjectTexture();
        try {
            made.create((VulkanSample) slot);
            return made;
        } catch (RuntimeException e) {
            made.close();
            throw e;
        }
    }

    private void create(VulkanSample sample) {
        memory = glCreateMemoryObjectsEXT();
        glMemoryObjectParameteriEXT(memory, GL_DEDICATED_MEMORY_OBJECT_EXT, GL_TRUE);
        Fd copy = Fd.duplicateOf(sample.memory().fd());
        // The driver's from here on; whether also when it fails, the specification leaves open.
        glImportMemoryFdEXT(memory, sample.memory().size(), GL_HANDLE_TYPE_OPAQUE_FD_EXT, copy.release());
        EglError.check("glImportMemoryFdEXT of " + sample.memory().size() + " bytes");
        texture = glGenTextures();
        glBindTexture(GL_TEXTURE_2D, texture);
        glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_TILING_EXT, GL_OPTIMAL_TILING_EXT);
        boolean deep = sample.format().bitDepth() > 8;
        glTexStorageMem2DEXT(GL_TEXTURE_2D, 1, deep ? GL_RGB10_A2 : GL_RGBA8, sample.width(), sample.height(), memory, 0);
        glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, GL_NEAREST);
        glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAG_FILTER, GL_NEAREST);
        if (!sample.format().redFirst()) {
            // OpenGL has no format with blue first; an image of a dmabuf is told its fourcc instead.
            glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_SWIZZLE_R, GL_BLUE);
            glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_SWIZZLE_B, GL_RED);
        }
        if (TrialPattern.opaque(sample.format())) {
            glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_SWIZZLE_A, GL_ONE);
        }
        EglError.check("glTexStorageMem2DEXT of " + sample.width() + "x" + sample.height());
    }

    @Override
    public int texture() {
        return texture;
    }

    @Override
    public void await(DmabufFence fence, int timeoutMillis) {
        // Painted is complete: Sample.paint waited for it.
    }

    @Override
    public void close() {
        if (texture != 0) {
            glDeleteTextures(texture);
            texture = 0;
        }
        if (memory != 0) {
            glDeleteMemoryObjectsEXT(memory);
            memory = 0;
        }
    }
}
