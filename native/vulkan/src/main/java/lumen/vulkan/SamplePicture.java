package lumen.vulkan;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import lumen.posix.Fd;

/**
 * A picture with known pixels in memory shared with other drivers. Each pixel's 32 bits follow from its place and a seed.
 */
public final class SamplePicture implements AutoCloseable {
    private static final long LIMIT_NANOS = 5_000_000_000L;
    private static final byte PADDING = (byte) 0xA5;

    /** {@code DRM_FORMAT_MOD_INVALID}: its layout has no name. */
    private static final long NO_MODIFIER = 0x00FF_FFFF_FFFF_FFFFL;

    private final int fourcc;
    private final int width;
    private final int height;
    private final long modifier;
    private final List<PlaneLayout> planes;
    private final HandleType type;
    private final AutoCloseable memory;
    private final long size;
    private final int memoryType;
    private final Fd fd;
    private final VulkanBuffer upload;
    private final CopyCommands copy;
    private final PlaneLayout uploadLayout;

    private SamplePicture(int fourcc, int width, int height, long modifier, List<PlaneLayout> planes, HandleType type,
            AutoCloseable memory, long size, int memoryType, Fd fd, VulkanBuffer upload, CopyCommands copy, PlaneLayout uploadLayout) {
        this.fourcc = fourcc;
        this.width = width;
        this.height = height;
        this.modifier = modifier;
        this.planes = planes;
        this.type = type;
        this.memory = memory;
        this.size = size;
        this.memoryType = memoryType;
        this.fd = fd;
        this.upload = upload;
        this.copy = copy;
        this.uploadLayout = uploadLayout;
    }

    static SamplePicture linear(VulkanDevice device, int fourcc, int width, int height, int offset, int stride, HandleType type) {
        long bytes = offset + (long) stride * height;
        VulkanBuffer buffer = VulkanBuffer.exportable(device, "a sample picture", bytes, type);
        Fd fd = null;
        VulkanBuffer upload = null;
        CopyCommands copy = null;
        try {
            fd = buffer.export();
            upload = VulkanBuffer.onHost(device, "a sample picture", bytes);
            copy = new CopyCommands(device, false);
            copy.begin();
            copy.copy(upload, 0, buffer, 0, bytes);
            copy.release(buffer);
            copy.end();
            upload.bytes().fill(PADDING);
            PlaneLayout layout = new PlaneLayout(offset, stride);
            return new SamplePicture(fourcc, width, height, 0, List.of(layout), type, buffer, buffer.allocationSize(),
                    buffer.memoryType(), fd, upload, copy, layout);
        } catch (RuntimeException e) {
            closeAll(copy, upload, fd, buffer);
            throw e;
        }
    }

    static SamplePicture tiled(VulkanDevice device, int fourcc, int width, int height, ModifierSupport modifier, HandleType type) {
        VulkanImage image = VulkanImage.exportable(device, "a sample picture", fourcc, width, height, modifier, type);
        return of(device, fourcc, image, modifier.modifier(), modifier.planes(), type);
    }

    static SamplePicture optimal(VulkanDevice device, int fourcc, int width, int height) {
        VulkanImage image = VulkanImage.optimal(device, "a sample picture", fourcc, width, height);
        return of(device, fourcc, image, NO_MODIFIER, 0, HandleType.OPAQUE_FD);
    }

    private static SamplePicture of(VulkanDevice device, int fourcc, VulkanImage image, long modifier, int planes, HandleType type) {
        Fd fd = null;
        VulkanBuffer upload = null;
        CopyCommands copy = null;
        try {
            fd = image.export();
            PlaneLayout rows = new PlaneLayout(0, (long) image.width() * Formats.BYTES_PER_PIXEL);
            upload = VulkanBuffer.onHost(device, "a sample picture", rows.stride() * image.height());
            copy = new CopyCommands(device, false);
            copy.begin();
            copy.fillAndRelease(upload, image);
            copy.end();
            return new SamplePicture(fourcc, image.width(), image.height(), modifier, image.layouts(planes), type, image,
                    image.allocationSize(), image.memoryType(), fd, upload, copy, rows);
        } catch (RuntimeException e) {
            closeAll(copy, upload, fd, image);
            throw e;
        }
    }

    /** The pixel at a place, as a little-endian word of memory. */
    public static int pixel(int x, int y, int seed) {
        int mixed = (x * 0x9E3779B1 ^ y * 0x85EBCA77) + seed * 0xC2B2AE3D;
        mixed ^= mixed >>> 15;
        mixed *= 0x2C1B3C6D;
        return mixed ^ mixed >>> 13;
    }

    /** How many pixels of rows of words differ from a picture of this size painted with a seed. */
    public static long mismatches(MemorySegment pixels, long stride, int width, int height, int seed) {
        long wrong = 0;
        for (int y = 0; y < height; y++) {
            long row = y * stride;
            for (int x = 0; x < width; x++) {
                if (pixels.get(ValueLayout.JAVA_INT_UNALIGNED, row + x * 4L) != pixel(x, y, seed)) {
                    wrong++;
                }
            }
        }
        return wrong;
    }

    /** Paints it, and returns when others may read it. */
    public void paint(int seed) {
        MemorySegment rows = upload.bytes();
        for (int y = 0; y < height; y++) {
            long row = uploadLayout.offset() + y * uploadLayout.stride();
            for (int x = 0; x < width; x++) {
                rows.set(ValueLayout.JAVA_INT_UNALIGNED, row + x * 4L, pixel(x, y, seed));
            }
        }
        copy.submit();
        if (!copy.await(LIMIT_NANOS)) {
            throw new VulkanException("a sample picture was not painted in time", VulkanResult.TIMEOUT);
        }
    }

    /** DRM four-character code. */
    public int fourcc() {
        return fourcc;
    }

    /** Pixels. */
    public int width() {
        return width;
    }

    /** Pixels. */
    public int height() {
        return height;
    }

    /** DRM format modifier; 0 is LINEAR, {@code DRM_FORMAT_MOD_INVALID} a layout without a name. */
    public long modifier() {
        return modifier;
    }

    /** Where the memory planes lie; none if the layout has no name. */
    public List<PlaneLayout> planes() {
        return planes;
    }

    /** Its memory; the descriptor is this picture's. */
    public SharedMemory memory() {
        return new SharedMemory(type, fd.value(), size, type == HandleType.OPAQUE_FD ? memoryType : SharedMemory.ANY_TYPE);
    }

    /** Importers keep what they hold a descriptor of. Idempotent. */
    @Override
    public void close() {
        closeAll(copy, upload, fd, memory);
    }

    private static void closeAll(AutoCloseable... parts) {
        for (AutoCloseable part : parts) {
            if (part != null) {
                try {
                    part.close();
                } catch (Exception e) {
                    throw new AssertionError("these throw nothing that is checked", e);
                }
            }
        }
    }
}
