package lumen.plugin.zerocopy.egl;

import java.io.IOException;
import java.nio.IntBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import org.lwjgl.PointerBuffer;
import org.lwjgl.egl.EGL10;
import org.lwjgl.egl.EXTDeviceDRM;
import org.lwjgl.egl.EXTDeviceDRMRenderNode;
import org.lwjgl.egl.EXTDeviceEnumeration;
import org.lwjgl.egl.EXTDeviceQuery;
import org.lwjgl.system.MemoryStack;

/**
 * A device that EGL knows ({@code EGL_EXT_device_enumeration}).
 *
 * @param handle   {@code EGLDeviceEXT}, valid as long as the process
 * @param nodes    its DRM nodes, the render node first; none of a driver without DRM
 * @param software true if the CPU does the work
 */
record EglDevice(long handle, List<Path> nodes, boolean software) {
    private static final int AT_MOST = 64;

    /** All there are, GPUs before software. {@link GraphicsLibraries} are loaded. */
    static List<EglDevice> all() {
        if (!clientExtensions().contains("EGL_EXT_device_enumeration") && !clientExtensions().contains("EGL_EXT_device_base")) {
            return List.of();
        }
        List<EglDevice> devices = new ArrayList<>();
        try (MemoryStack stack = MemoryStack.stackPush()) {
            PointerBuffer handles = stack.mallocPointer(AT_MOST);
            IntBuffer count = stack.callocInt(1);
            if (!EXTDeviceEnumeration.eglQueryDevicesEXT(handles, count)) {
                return List.of();
            }
            for (int i = 0; i < count.get(0); i++) {
                devices.add(of(handles.get(i)));
            }
        }
        return Stream.concat(devices.stream().filter(d -> !d.software), devices.stream().filter(EglDevice::software)).toList();
    }

    static EglDevice of(long handle) {
        Set<String> extensions = words(EXTDeviceQuery.eglQueryDeviceStringEXT(handle, EGL10.EGL_EXTENSIONS));
        List<Path> nodes = new ArrayList<>();
        if (extensions.contains("EGL_EXT_device_drm_render_node")) {
            path(handle, EXTDeviceDRMRenderNode.EGL_DRM_RENDER_NODE_FILE_EXT).ifPresent(nodes::add);
        }
        if (extensions.contains("EGL_EXT_device_drm")) {
            path(handle, EXTDeviceDRM.EGL_DRM_DEVICE_FILE_EXT).filter(p -> !nodes.contains(p)).ifPresent(nodes::add);
        }
        return new EglDevice(handle, List.copyOf(nodes), extensions.contains("EGL_MESA_device_software"));
    }

    private static Optional<Path> path(long handle, int name) {
        return Optional.ofNullable(EXTDeviceQuery.eglQueryDeviceStringEXT(handle, name)).map(Path::of);
    }

    /** Of no display: what can be asked before there is one. */
    static Set<String> clientExtensions() {
        return words(EGL10.eglQueryString(EGL10.EGL_NO_DISPLAY, EGL10.EGL_EXTENSIONS));
    }

    static Set<String> words(String text) {
        return text == null ? Set.of() : Set.copyOf(List.of(text.strip().split("\\s+")));
    }

    /** True if one of its nodes is the device, or the other node of the same DRM device. */
    boolean is(long device) {
        return nodes.stream().anyMatch(node -> number(node).stream().anyMatch(n -> n == device));
    }

    String text() {
        return nodes.isEmpty() ? software ? "software" : "a device without DRM node" : nodes.getFirst().toString();
    }

    /** {@code st_rdev} of a device node. */
    static OptionalLong number(Path node) {
        try {
            return OptionalLong.of(((Number) Files.getAttribute(node, "unix:rdev")).longValue());
        } catch (IOException e) {
            return OptionalLong.empty();
        }
    }

    /** The node below {@code /dev/dri} with a device number, if it is there. */
    static Optional<Path> node(long device) {
        try (Stream<Path> nodes = Files.list(Path.of("/dev/dri"))) {
            return nodes.filter(node -> !Files.isDirectory(node))
                    .filter(node -> number(node).stream().anyMatch(n -> n == device)).findFirst();
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
