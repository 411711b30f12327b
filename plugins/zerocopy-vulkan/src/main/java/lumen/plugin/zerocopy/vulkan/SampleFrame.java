package lumen.plugin.zerocopy.vulkan;

import lumen.spi.BufferSlot;
import lumen.spi.CapturedFrame;
import lumen.spi.ColorInfo;
import lumen.spi.Damage;
import lumen.spi.PixelFormat;
import lumen.vulkan.SamplePicture;
import lumen.vulkan.SharedMemory;

/** A picture made on the spot, as a capturer would deliver it. */
record SampleFrame(Slot slot) implements CapturedFrame {

    SampleFrame(SamplePicture picture, PixelFormat format) {
        this(new Slot(picture, format));
    }

    /** Its buffer. */
    record Slot(SamplePicture picture, PixelFormat format) implements Geometry.OpaqueSlot {
        @Override
        public int width() {
            return picture.width();
        }

        @Override
        public int height() {
            return picture.height();
        }

        @Override
        public long modifier() {
            return picture.modifier();
        }

        @Override
        public int planes() {
            return picture.planes().size();
        }

        @Override
        public int fd(int plane) {
            return picture.memory().fd();
        }

        @Override
        public int offset(int plane) {
            return Math.toIntExact(picture.planes().get(plane).offset());
        }

        @Override
        public int stride(int plane) {
            return Math.toIntExact(picture.planes().get(plane).stride());
        }

        @Override
        public int chunkSize() {
            return 0;
        }

        @Override
        public SharedMemory memory() {
            return picture.memory();
        }
    }

    @Override
    public Damage damage() {
        return new Damage();
    }

    @Override
    public ColorInfo color() {
        return ColorInfo.DESKTOP;
    }

    @Override
    public long timestampNanos() {
        return 0;
    }

    @Override
    public void release() {
        // Nobody waits for it.
    }
}
