package lumen.cuda;

import java.util.UUID;

/**
 * A CUDA device.
 *
 * @param ordinal    {@code CUdevice}
 * @param name       such as {@code NVIDIA GeForce RTX 5070 Ti}
 * @param uuid       the same as Vulkan's {@code deviceUUID}
 * @param pciAddress as sysfs spells it, such as {@code 0000:01:00.0}
 * @param major      of the compute capability
 * @param minor      of the compute capability
 * @param memory     bytes
 */
public record CudaDevice(int ordinal, String name, UUID uuid, String pciAddress, int major, int minor, long memory) {

    /**
     * The device's primary context, the one all parts of a process share. The caller closes what it gets; the context
     * lives while anybody holds it.
     *
     * @throws CudaException if it can't be had
     */
    public CudaContext retain() {
        return CudaContext.retain(this);
    }
}
