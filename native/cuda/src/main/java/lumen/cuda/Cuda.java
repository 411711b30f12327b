package lumen.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/** The CUDA driver of this machine. Thread-safe. */
public final class Cuda {
    private static final int ATTRIBUTE_PCI_BUS = 33;
    private static final int ATTRIBUTE_PCI_DEVICE = 34;
    private static final int ATTRIBUTE_PCI_DOMAIN = 50;
    private static final int ATTRIBUTE_CAPABILITY_MAJOR = 75;
    private static final int ATTRIBUTE_CAPABILITY_MINOR = 76;

    private static Cuda loaded;
    /** It stays what it was: the driver can't be loaded twice. */
    private static CudaException refusal;

    private final int driverVersion;
    private final List<CudaDevice> devices;

    private Cuda(int driverVersion, List<CudaDevice> devices) {
        this.driverVersion = driverVersion;
        this.devices = List.copyOf(devices);
    }

    /**
     * Loads the driver, the first time in this process.
     *
     * @throws CudaException if there is none, it is too old, or finds no device
     */
    public static synchronized Cuda load() {
        if (refusal != null) {
            throw new CudaException(refusal.getMessage(), refusal.code());
        }
        if (loaded == null) {
            try {
                loaded = open();
            } catch (CudaException e) {
                refusal = e;
                throw e;
            }
        }
        return loaded;
    }

    private static Cuda open() {
        try (Arena arena = Arena.ofConfined()) {
            LibCuda.check("cuInit", (int) LibCuda.INIT.invokeExact(0));
            MemorySegment out = arena.allocate(8, 8);
            LibCuda.check("cuDriverGetVersion", (int) LibCuda.DRIVER_GET_VERSION.invokeExact(out));
            int version = out.get(JAVA_INT, 0);
            LibCuda.check("cuDeviceGetCount", (int) LibCuda.DEVICE_GET_COUNT.invokeExact(out));
            int count = out.get(JAVA_INT, 0);
            List<CudaDevice> devices = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                devices.add(device(i, arena));
            }
            return new Cuda(version, devices);
        } catch (ExceptionInInitializerError | NoClassDefFoundError e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new CudaException(cause instanceof IllegalArgumentException
                    ? "libcuda.so.1 is not installed: no NVIDIA driver" : "the CUDA driver is too old: " + cause.getMessage());
        } catch (Throwable t) {
            throw LibCuda.rethrow(t);
        }
    }

    private static CudaDevice device(int ordinal, Arena arena) throws Throwable {
        MemorySegment out = arena.allocate(8, 8);
        LibCuda.check("cuDeviceGet", (int) LibCuda.DEVICE_GET.invokeExact(out, ordinal));
        int device = out.get(JAVA_INT, 0);
        MemorySegment name = arena.allocate(256);
        LibCuda.check("cuDeviceGetName", (int) LibCuda.DEVICE_GET_NAME.invokeExact(name, 256, device));
        MemorySegment uuid = arena.allocate(16, 8);
        LibCuda.check("cuDeviceGetUuid", (int) LibCuda.DEVICE_GET_UUID.invokeExact(uuid, device));
        LibCuda.check("cuDeviceTotalMem", (int) LibCuda.DEVICE_TOTAL_MEM.invokeExact(out, device));
        long memory = out.get(JAVA_LONG, 0);
        String pci = String.format(Locale.ROOT, "%04x:%02x:%02x.0", attribute(out, ATTRIBUTE_PCI_DOMAIN, device),
                attribute(out, ATTRIBUTE_PCI_BUS, device), attribute(out, ATTRIBUTE_PCI_DEVICE, device));
        ValueLayout.OfLong big = ValueLayout.JAVA_LONG.withOrder(java.nio.ByteOrder.BIG_ENDIAN);
        return new CudaDevice(device, name.getString(0), new UUID(uuid.get(big, 0), uuid.get(big, 8)), pci,
                attribute(out, ATTRIBUTE_CAPABILITY_MAJOR, device), attribute(out, ATTRIBUTE_CAPABILITY_MINOR, device), memory);
    }

    private static int attribute(MemorySegment out, int attribute, int device) throws Throwable {
        LibCuda.check("cuDeviceGetAttribute", (int) LibCuda.DEVICE_GET_ATTRIBUTE.invokeExact(out, attribute, device));
        return out.get(JAVA_INT, 0);
    }

    /** The CUDA version the driver offers, 1000 × major + 10 × minor, such as 13000. */
    public int driverVersion() {
        return driverVersion;
    }

    /** The kernel driver's version, such as {@code 580.159.04}; CUDA's own if that can't be read. */
    public String driverName() {
        try {
            return Files.readString(Path.of("/sys/module/nvidia/version")).strip();
        } catch (IOException e) {
            return "CUDA " + driverVersion / 1000 + "." + driverVersion % 1000 / 10;
        }
    }

    public List<CudaDevice> devices() {
        return devices;
    }

    /** The device of that UUID, which Vulkan and EGL tell of theirs, too. */
    public Optional<CudaDevice> device(UUID uuid) {
        return devices.stream().filter(d -> d.uuid().equals(uuid)).findFirst();
    }

    /**
     * The device behind a DRM node.
     *
     * @param node {@code dev_t} of the primary or the render node
     */
    public Optional<CudaDevice> deviceOfNode(long node) {
        // glibc's gnu_dev_major and gnu_dev_minor.
        long major = node >>> 8 & 0xfff | node >>> 32 & 0xfffff000L;
        long minor = node & 0xff | node >>> 12 & 0xffffff00L;
        try {
            String pci = Path.of("/sys/dev/char/" + major + ":" + minor + "/device").toRealPath().getFileName().toString();
            return devices.stream().filter(d -> d.pciAddress().equals(pci)).findFirst();
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
