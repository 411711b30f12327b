package lumen.vulkan;

/**
 * Pictures made on the spot, which self-tests show to importers in a compositor's stead: in memory of a device of their
 * own, shared as a compositor would share it. Confined to one thread at a time.
 */
public final class SamplePictures implements AutoCloseable {
    private final VulkanDevice device;

    /** @param gpu the device whose driver makes them */
    public SamplePictures(Gpu gpu) {
        device = VulkanDevice.open(gpu, VulkanBudget.unlimited());
    }

    /**
     * A picture in rows.
     *
     * @param offset bytes before the first row
     * @param stride bytes from one row to the next
     */
    public SamplePicture linear(int fourcc, int width, int height, int offset, int stride, HandleType type) {
        return SamplePicture.linear(device, fourcc, width, height, offset, stride, type);
    }

    /** A picture laid out as a modifier says that is {@linkplain ModifierSupport#exportable exportable}. */
    public SamplePicture tiled(int fourcc, int width, int height, ModifierSupport modifier, HandleType type) {
        return SamplePicture.tiled(device, fourcc, width, height, modifier, type);
    }

    /** A picture laid out as the driver likes best, in memory that only the driver itself can read ({@code OPAQUE_FD}). */
    public SamplePicture optimal(int fourcc, int width, int height) {
        return SamplePicture.optimal(device, fourcc, width, height);
    }

    /** After its pictures. Idempotent. */
    @Override
    public void close() {
        device.close();
    }
}
