package lumen.plugin.zerocopy.egl;

import lumen.spi.PixelFormat;
import lumen.vulkan.SamplePicture;
import lumen.vulkan.SharedMemory;

/** A picture that Vulkan made, as a dmabuf or in the driver's own memory. */
final class VulkanSample implements Sample {
    private final SamplePicture picture;
    private final PixelFormat format;

    /** Takes the picture over. */
    VulkanSample(SamplePicture picture, PixelFormat format) {
        this.picture = picture;
        this.format = format;
    }

    SharedMemory memory() {
        return picture.memory();
    }

    @Override
    public void paint(int seed) {
        picture.paint(seed);
    }

    @Override
    public PixelFormat format() {
        return format;
    }

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
        return Math.max(1, picture.planes().size());
    }

    @Override
    public int fd(int plane) {
        return picture.memory().fd();
    }

    @Override
    public int offset(int plane) {
        return picture.planes().isEmpty() ? 0 : Math.toIntExact(picture.planes().get(plane).offset());
    }

    @Override
    public int stride(int plane) {
        return picture.planes().isEmpty() ? 0 : Math.toIntExact(picture.planes().get(plane).stride());
    }

    @Override
    public int chunkSize() {
        return 0;
    }

    @Override
    public void close() {
        picture.close();
    }
}
