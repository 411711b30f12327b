package lumen.vulkan;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.lwjgl.system.MemoryStack;
import org.lwjgl.system.MemoryUtil;
import org.lwjgl.vulkan.VK10;
import org.lwjgl.vulkan.VK11;
import org.lwjgl.vulkan.VkDrmFormatModifierPropertiesEXT;
import org.lwjgl.vulkan.VkDrmFormatModifierPropertiesListEXT;
import org.lwjgl.vulkan.VkExtensionProperties;
import org.lwjgl.vulkan.VkExternalBufferProperties;
import org.lwjgl.vulkan.VkExternalImageFormatProperties;
import org.lwjgl.vulkan.VkFormatProperties2;
import org.lwjgl.vulkan.VkImageFormatProperties2;
import org.lwjgl.vulkan.VkPhysicalDevice;
import org.lwjgl.vulkan.VkPhysicalDeviceDriverProperties;
import org.lwjgl.vulkan.VkPhysicalDeviceDrmPropertiesEXT;
import org.lwjgl.vulkan.VkPhysicalDeviceExternalBufferInfo;
import org.lwjgl.vulkan.VkPhysicalDeviceExternalImageFormatInfo;
import org.lwjgl.vulkan.VkPhysicalDeviceIDProperties;
import org.lwjgl.vulkan.VkPhysicalDeviceImageDrmFormatModifierInfoEXT;
import org.lwjgl.vulkan.VkPhysicalDeviceImageFormatInfo2;
import org.lwjgl.vulkan.VkPhysicalDeviceProperties;
import org.lwjgl.vulkan.VkPhysicalDeviceProperties2;

/** A device that Vulkan drives, hardware or not, and what it says of itself. Immutable; any thread. */
public final class Gpu {
    public static final String DMA_BUF_MEMORY = "VK_EXT_external_memory_dma_buf";
    public static final String MODIFIERS = "VK_EXT_image_drm_format_modifier";
    public static final String FOREIGN_QUEUE = "VK_EXT_queue_family_foreign";
    private static final String DRM = "VK_EXT_physical_device_drm";
    private static final String DRIVER_PROPERTIES = "VK_KHR_driver_properties";
    /** PCI vendor. */
    private static final int NVIDIA = 0x10DE;
    private static final int FORMAT_FEATURE_TRANSFER_SRC = 0x4000;
    private static final int FORMAT_FEATURE_TRANSFER_DST = 0x8000;

    /** {@code VkPhysicalDeviceType}, best for pictures first. */
    public enum Kind {
        DISCRETE,
        INTEGRATED,
        VIRTUAL,
        OTHER,
        /** A CPU in disguise. */
        SOFTWARE
    }

    private final VkPhysicalDevice handle;
    private final Set<String> extensions;
    private final String name;
    private final Kind kind;
    private final int vendor;
    private final int apiVersion;
    private final String driver;
    private final UUID uuid;
    private final float timestampPeriod;
    private final long primaryNode;
    private final long renderNode;

    Gpu(VkPhysicalDevice handle) {
        this.handle = handle;
        this.extensions = extensions(handle);
        this.apiVersion = apiVersion(handle);
        try (MemoryStack stack = MemoryStack.stackPush()) {
            VkPhysicalDeviceProperties2 properties = VkPhysicalDeviceProperties2.calloc(stack).sType$Default();
            VkPhysicalDeviceIDProperties id = VkPhysicalDeviceIDProperties.calloc(stack).sType$Default();
            VkPhysicalDeviceDriverProperties version = VkPhysicalDeviceDriverProperties.calloc(stack).sType$Default();
            VkPhysicalDeviceDrmPropertiesEXT drm = VkPhysicalDeviceDrmPropertiesEXT.calloc(stack).sType$Default();
            properties.pNext(id);
            boolean tellsDriver = apiVersion >= VulkanInstance.VULKAN_1_2 || extensions.contains(DRIVER_PROPERTIES);
            if (tellsDriver) {
                properties.pNext(version);
            }
            if (extensions.contains(DRM)) {
                properties.pNext(drm);
            }
            VK11.vkGetPhysicalDeviceProperties2(handle, properties);
            VkPhysicalDeviceProperties general = properties.properties();
            name = general.deviceNameString();
            kind = kind(general.deviceType());
            vendor = general.vendorID();
            timestampPeriod = general.limits().timestampPeriod();
            driver = tellsDriver ? version.driverNameString() + " " + version.driverInfoString()
                    : "driver version " + Integer.toHexString(general.driverVersion());
            ByteBuffer bytes = id.deviceUUID().order(ByteOrder.BIG_ENDIAN);
            uuid = new UUID(bytes.getLong(0), bytes.getLong(8));
            primaryNode = drm.hasPrimary() ? device(drm.primaryMajor(), drm.primaryMinor()) : 0;
            renderNode = drm.hasRender() ? device(drm.renderMajor(), drm.renderMinor()) : 0;
        }
    }

    static int apiVersion(VkPhysicalDevice handle) {
        try (MemoryStack stack = MemoryStack.stackPush()) {
            VkPhysicalDeviceProperties properties = VkPhysicalDeviceProperties.calloc(stack);
            VK10.vkGetPhysicalDeviceProperties(handle, properties);
            return properties.apiVersion();
        }
    }

    private static Set<String> extensions(VkPhysicalDevice handle) {
        try (MemoryStack stack = MemoryStack.stackPush()) {
            IntBuffer count = stack.mallocInt(1);
            VulkanException.check("vkEnumerateDeviceExtensionProperties",
                    VK10.vkEnumerateDeviceExtensionProperties(handle, (ByteBuffer) null, count, null));
            // Some hundreds of 260 bytes: too much for LWJGL's stack.
            try (VkExtensionProperties.Buffer properties = VkExtensionProperties.malloc(Math.max(1, count.get(0)))) {
                VulkanException.check("vkEnumerateDeviceExtensionProperties",
                        VK10.vkEnumerateDeviceExtensionProperties(handle, (ByteBuffer) null, count, properties));
                Set<String> names = new TreeSet<>();
                for (int i = 0; i < count.get(0); i++) {
                    names.add(properties.get(i).extensionNameString());
                }
                return Set.copyOf(names);
            }
        }
    }

    private static Kind kind(int type) {
        return switch (type) {
            case VK10.VK_PHYSICAL_DEVICE_TYPE_DISCRETE_GPU -> Kind.DISCRETE;
            case VK10.VK_PHYSICAL_DEVICE_TYPE_INTEGRATED_GPU -> Kind.INTEGRATED;
            case VK10.VK_PHYSICAL_DEVICE_TYPE_VIRTUAL_GPU -> Kind.VIRTUAL;
            case VK10.VK_PHYSICAL_DEVICE_TYPE_CPU -> Kind.SOFTWARE;
            default -> Kind.OTHER;
        };
    }

    /** {@code makedev} of the C library. */
    private static long device(long major, long minor) {
        return (major & 0xFFF) << 8 | minor & 0xFF | (minor & ~0xFFL) << 12 | (major & ~0xFFFL) << 32;
    }

    VkPhysicalDevice handle() {
        return handle;
    }

    int apiVersion() {
        return apiVersion;
    }

    /** Nanoseconds a tick of its timestamps takes. */
    float timestampPeriod() {
        return timestampPeriod;
    }

    /** As the driver calls it. */
    public String name() {
        return name;
    }

    public Kind kind() {
        return kind;
    }

    /** True if it is of NVIDIA's making. */
    public boolean nvidia() {
        return vendor == NVIDIA;
    }

    /** Name and version of the driver. */
    public String driver() {
        return driver;
    }

    /** The device's, which CUDA and EGL tell as well. */
    public UUID uuid() {
        return uuid;
    }

    /** True if a DRM node, primary or render, is this device's. */
    public boolean isNode(long device) {
        return device != 0 && (device == primaryNode || device == renderNode);
    }

    /** True if it has a device extension. */
    public boolean has(String extension) {
        return extensions.contains(extension);
    }

    /** True if calls may name a handle type at all. What comes of it is another question. */
    public boolean knows(HandleType type) {
        return has(HandleType.OPAQUE_FD.extension()) && has(type.extension());
    }

    /** Buffers of others to copy from, and our own for others, shared in a way it {@link #knows}. */
    public BufferSupport buffers(HandleType type) {
        if (!knows(type)) {
            return new BufferSupport(false, false, false);
        }
        int foreign = shared(type, VulkanBuffer.COPIED);
        int own = shared(type, VulkanBuffer.WRITTEN);
        return new BufferSupport((foreign & BufferSupport.IMPORTABLE) != 0, (own & BufferSupport.EXPORTABLE) != 0,
                ((foreign | own) & BufferSupport.DEDICATED_ONLY) != 0);
    }

    /** How buffers of a usage can be shared, {@code VkExternalMemoryFeatureFlags}. */
    private int shared(HandleType type, int usage) {
        try (MemoryStack stack = MemoryStack.stackPush()) {
            VkPhysicalDeviceExternalBufferInfo info = VkPhysicalDeviceExternalBufferInfo.calloc(stack).sType$Default().usage(usage)
                    .handleType(type.bit());
            VkExternalBufferProperties properties = VkExternalBufferProperties.calloc(stack).sType$Default();
            VK11.vkGetPhysicalDeviceExternalBufferProperties(handle, info, properties);
            return properties.externalMemoryProperties().externalMemoryFeatures();
        }
    }

    /** The modifiers images of a format can be copied from, in the driver's order, shared in a way it {@link #knows}. */
    public List<ModifierSupport> modifiers(int fourcc, HandleType type) {
        int format = Formats.of(fourcc);
        if (format == 0 || !has(MODIFIERS) || !knows(type)) {
            return List.of();
        }
        try (MemoryStack stack = MemoryStack.stackPush()) {
            VkDrmFormatModifierPropertiesListEXT list = VkDrmFormatModifierPropertiesListEXT.calloc(stack).sType$Default();
            VkFormatProperties2 properties = VkFormatProperties2.calloc(stack).sType$Default().pNext(list);
            VK11.vkGetPhysicalDeviceFormatProperties2(handle, format, properties);
            int count = list.drmFormatModifierCount();
            long array = stack.ncalloc(Long.BYTES, Math.max(1, count), VkDrmFormatModifierPropertiesEXT.SIZEOF);
            MemoryUtil.memPutInt(list.address() + VkDrmFormatModifierPropertiesListEXT.DRMFORMATMODIFIERCOUNT, count);
            MemoryUtil.memPutAddress(list.address() + VkDrmFormatModifierPropertiesListEXT.PDRMFORMATMODIFIERPROPERTIES, array);
            VK11.vkGetPhysicalDeviceFormatProperties2(handle, format, properties);
            List<ModifierSupport> supported = new ArrayList<>();
            for (int i = 0; i < list.drmFormatModifierCount(); i++) {
                VkDrmFormatModifierPropertiesEXT modifier =
                        VkDrmFormatModifierPropertiesEXT.create(array + (long) i * VkDrmFormatModifierPropertiesEXT.SIZEOF);
                if ((modifier.drmFormatModifierTilingFeatures() & FORMAT_FEATURE_TRANSFER_SRC) != 0) {
                    ModifierSupport support = support(format, modifier, type);
                    if (support.importable() || support.exportable()) {
                        supported.add(support);
                    }
                }
            }
            return List.copyOf(supported);
        }
    }

    private ModifierSupport support(int format, VkDrmFormatModifierPropertiesEXT modifier, HandleType type) {
        int tiling = modifier.drmFormatModifierTilingFeatures();
        try (MemoryStack stack = MemoryStack.stackPush()) {
            VkImageFormatProperties2 limits = VkImageFormatProperties2.calloc(stack);
            int features = shared(format, modifier, type, VK10.VK_IMAGE_USAGE_TRANSFER_SRC_BIT, limits, stack);
            boolean sampled = (tiling & VK10.VK_FORMAT_FEATURE_SAMPLED_IMAGE_BIT) != 0 && (BufferSupport.IMPORTABLE & shared(format,
                    modifier, type, VK10.VK_IMAGE_USAGE_TRANSFER_SRC_BIT | VK10.VK_IMAGE_USAGE_SAMPLED_BIT,
                    VkImageFormatProperties2.calloc(stack), stack)) != 0;
            return new ModifierSupport(modifier.drmFormatModifier(), modifier.drmFormatModifierPlaneCount(),
                    (features & BufferSupport.IMPORTABLE) != 0,
                    (tiling & FORMAT_FEATURE_TRANSFER_DST) != 0 && (features & BufferSupport.EXPORTABLE) != 0, sampled,
                    (features & BufferSupport.DEDICATED_ONLY) != 0,
                    limits.imageFormatProperties().maxExtent().width(), limits.imageFormatProperties().maxExtent().height());
        }
    }

    /** How images of a usage can be shared, {@code VkExternalMemoryFeatureFlags}; 0 if there are no such images. */
    private int shared(int format, VkDrmFormatModifierPropertiesEXT modifier, HandleType type, int usage,
            VkImageFormatProperties2 limits, MemoryStack stack) {
        VkPhysicalDeviceImageDrmFormatModifierInfoEXT tiling = VkPhysicalDeviceImageDrmFormatModifierInfoEXT.calloc(stack)
                .sType$Default().drmFormatModifier(modifier.drmFormatModifier()).sharingMode(VK10.VK_SHARING_MODE_EXCLUSIVE);
        VkPhysicalDeviceExternalImageFormatInfo external = VkPhysicalDeviceExternalImageFormatInfo.calloc(stack).sType$Default()
                .handleType(type.bit()).pNext(tiling.address());
        VkPhysicalDeviceImageFormatInfo2 info = VkPhysicalDeviceImageFormatInfo2.calloc(stack).sType$Default().format(format)
                .type(VK10.VK_IMAGE_TYPE_2D).tiling(VulkanImage.TILING_DRM_FORMAT_MODIFIER).usage(usage).pNext(external.address());
        VkExternalImageFormatProperties properties = VkExternalImageFormatProperties.calloc(stack).sType$Default();
        int result = VK11.vkGetPhysicalDeviceImageFormatProperties2(handle, info, limits.sType$Default().pNext(properties.address()));
        return result < 0 ? 0 : properties.externalMemoryProperties().externalMemoryFeatures();
    }

    @Override
    public String toString() {
        return name + " (" + driver + ")";
    }
}
