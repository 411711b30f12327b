package lumen.plugin.zerocopy.egl;

import static org.lwjgl.opengl.GL11C.GL_TEXTURE_2D;

import java.util.UUID;
import lumen.cuda.CudaEvent;
import lumen.cuda.CudaException;
import lumen.cuda.DeviceBuffer;
import lumen.cuda.GlImage;
import lumen.spi.BackendException;
import lumen.spi.CursorState;
import lumen.spi.ImportSteps;
import lumen.spi.ImportedFrame;

/** Copies into CUDA's memory: the stage's texture is registered once, and lent to CUDA for each copy. */
final class CudaOutput implements Output {
    private final CudaOutputs cuda;
    private final CudaPicture[] pictures = new CudaPicture[PICTURES];
    private GlImage image;

    /** @throws BackendException naming the call; nothing is left then */
    CudaOutput(CudaOutputs cuda, Stage stage) {
        this.cuda = cuda;
        try {
            cuda.context().makeCurrent();
            image = GlImage.register(stage.texture(), GL_TEXTURE_2D);
            stage.counters().registrations.incrementAndGet();
            for (int i = 0; i < pictures.length; i++) {
                pictures[i] = new CudaPicture(stage);
            }
        } catch (CudaException e) {
            close();
            throw new BackendException(e.getMessage(), e);
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
        cuda.context().makeCurrent();
        try {
            cuda.settle();
        } catch (CudaException e) {
            // Closed all the same: the driver waits for what it still has to do with a thing before it frees it.
        }
        for (CudaPicture picture : pictures) {
            if (picture != null) {
                picture.close();
            }
        }
        if (image != null) {
            if (image.mapped()) {
                image.unmap(cuda.stream());
            }
            image.close();
            image = null;
        }
    }

    private final class CudaPicture extends Picture implements ImportedFrame.CudaMemory {
        private final CudaEvent ready;
        private final DeviceBuffer buffer;
        private final long rowBytes;

        CudaPicture(Stage stage) {
            super(stage);
            rowBytes = stage.rowBytes();
            stage.allocating(stage.pictureBytes(), "CUDA buffer of " + stage.width() + "x" + stage.height());
            ready = CudaEvent.create();
            try {
                buffer = DeviceBuffer.pitched(rowBytes, stage.height(), lumen.cuda.MemoryBudget.unlimited());
            } catch (CudaException e) {
                ready.close();
                throw e;
            }
        }

        @Override
        ImportedFrame frame() {
            return this;
        }

        @Override
        void queue(Stage stage, ImportSteps steps) {
            // The draw is all that OpenGL does.
        }

        @Override
        void finish(ImportSteps steps) {
            steps.begin(EglImporter.TRANSFER);
            try {
                cuda.context().makeCurrent();
                long array = image.map(cuda.stream());
                try {
                    cuda.beginTimed();
                    cuda.stream().copy(cuda.copy().size(rowBytes, height()).fromArray(array)
                            .toDevice(buffer.pointer(), buffer.pitch()));
                    cuda.endTimed();
                } finally {
                    image.unmap(cuda.stream());
                }
                cuda.stream().record(ready);
            } catch (CudaException e) {
                throw new BackendException(e.getMessage(), e);
            }
        }

        @Override
        void draw(CursorState cursor) {
            try {
                cuda.cursor().draw(cuda.stream(), buffer.pointer(), pitch(), width(), height(), format().bitDepth(),
                        format().redFirst(), cursor.x(), cursor.y(), cursor.width(), cursor.height(), cursor.pixels(),
                        cursor.serial());
                cuda.stream().record(ready);
            } catch (CudaException | IllegalArgumentException e) {
                throw new BackendException(e.getMessage(), e);
            }
        }

        @Override
        public UUID device() {
            return cuda.context().device().uuid();
        }

        @Override
        public long pointer() {
            return buffer.pointer();
        }

        @Override
        public int pitch() {
            return (int) buffer.pitch();
        }

        @Override
        public long ready() {
            return ready.handle();
        }

        void close() {
            buffer.close();
            ready.close();
        }
    }
}
