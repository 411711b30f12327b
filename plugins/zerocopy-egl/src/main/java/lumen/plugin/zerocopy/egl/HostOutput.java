package lumen.plugin.zerocopy.egl;

import static org.lwjgl.opengl.GL11C.GL_RGBA;
import static org.lwjgl.opengl.GL11C.GL_UNSIGNED_BYTE;
import static org.lwjgl.opengl.GL11C.GL_UNSIGNED_INT;
import static org.lwjgl.opengl.GL11C.glReadPixels;
import static org.lwjgl.opengl.GL15C.glBindBuffer;
import static org.lwjgl.opengl.GL15C.glDeleteBuffers;
import static org.lwjgl.opengl.GL15C.glGenBuffers;
import static org.lwjgl.opengl.GL21C.GL_PIXEL_PACK_BUFFER;
import static org.lwjgl.opengl.GL30C.GL_FRAMEBUFFER;
import static org.lwjgl.opengl.GL30C.GL_MAP_READ_BIT;
import static org.lwjgl.opengl.GL30C.GL_MAP_WRITE_BIT;
import static org.lwjgl.opengl.GL30C.GL_RED_INTEGER;
import static org.lwjgl.opengl.GL30C.glBindFramebuffer;
import static org.lwjgl.opengl.GL30C.nglMapBufferRange;
import static org.lwjgl.opengl.GL44C.GL_CLIENT_STORAGE_BIT;
import static org.lwjgl.opengl.GL44C.GL_MAP_COHERENT_BIT;
import static org.lwjgl.opengl.GL44C.GL_MAP_PERSISTENT_BIT;
import static org.lwjgl.opengl.GL44C.glBufferStorage;

import java.lang.foreign.MemorySegment;
import lumen.spi.BackendException;
import lumen.spi.CursorState;
import lumen.spi.ImportSteps;
import lumen.spi.ImportedFrame;

/** Copies into memory the CPU reads: buffers of OpenGL that stay mapped. */
final class HostOutput implements Output {
    /** Written to by the CPU, too, where the pointer is. */
    private static final int MAPPING = GL_MAP_READ_BIT | GL_MAP_WRITE_BIT | GL_MAP_PERSISTENT_BIT | GL_MAP_COHERENT_BIT;

    private final HostPicture[] pictures = new HostPicture[PICTURES];

    /** @throws BackendException if there isn't memory for it; nothing is left then */
    HostOutput(Stage stage) {
        try {
            for (int i = 0; i < pictures.length; i++) {
                pictures[i] = new HostPicture(stage);
            }
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    @Override
    public Picture free(Picture spared) {
        return Picture.free(pictures, spared);
    }

    @Override
    public boolean held() {
        return Picture.anyHeld(pictures);
    }

    @Override
    public void close() {
        for (HostPicture picture : pictures) {
            if (picture != null) {
                picture.close();
            }
        }
    }

    private static final class HostPicture extends Picture implements ImportedFrame.SystemMemory {
        private final int stride;
        private int buffer;
        private MemorySegment pixels = MemorySegment.NULL;

        HostPicture(Stage stage) {
            super(stage);
            stride = stage.rowBytes();
            stage.allocating(stage.pictureBytes(), "pixel buffer of " + stage.width() + "x" + stage.height());
            buffer = glGenBuffers();
            glBindBuffer(GL_PIXEL_PACK_BUFFER, buffer);
            glBufferStorage(GL_PIXEL_PACK_BUFFER, stage.pictureBytes(), MAPPING | GL_CLIENT_STORAGE_BIT);
            long address = nglMapBufferRange(GL_PIXEL_PACK_BUFFER, 0, stage.pictureBytes(), MAPPING);
            try {
                EglError.check("glMapBufferRange of " + stage.pictureBytes() + " bytes");
                if (address == 0) {
                    throw new BackendException("glMapBufferRange of " + stage.pictureBytes() + " bytes failed");
                }
            } catch (BackendException e) {
                close();
                throw e;
            }
            pixels = MemorySegment.ofAddress(address).reinterpret(stage.pictureBytes());
        }

        @Override
        ImportedFrame frame() {
            return this;
        }

        @Override
        void queue(Stage stage, ImportSteps steps) {
            steps.begin(EglImporter.TRANSFER);
            glBindFramebuffer(GL_FRAMEBUFFER, stage.framebuffer());
            glBindBuffer(GL_PIXEL_PACK_BUFFER, buffer);
            if (stage.deep()) {
                glReadPixels(0, 0, stage.width(), stage.height(), GL_RED_INTEGER, GL_UNSIGNED_INT, 0L);
            } else {
                glReadPixels(0, 0, stage.width(), stage.height(), GL_RGBA, GL_UNSIGNED_BYTE, 0L);
            }
        }

        @Override
        void finish(ImportSteps steps) {
            // The mapping is coherent: what the fence has passed is there.
        }

        @Override
        void draw(CursorState cursor) {
            CursorBlend.over(pixels, stride, format(), 0, 0, width(), height(), cursor);
        }

        @Override
        public MemorySegment pixels() {
            return pixels;
        }

        @Override
        public int stride() {
            return stride;
        }

        void close() {
            // Ends the mapping as well.
            glDeleteBuffers(buffer);
            buffer = 0;
        }
    }
}
