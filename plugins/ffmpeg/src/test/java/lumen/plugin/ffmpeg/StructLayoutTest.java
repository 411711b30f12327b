package lumen.plugin.ffmpeg;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import lumen.spi.BackendException;
import org.bytedeco.ffmpeg.global.avutil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The structs of FFmpeg's that JavaCPP doesn't bind. */
class StructLayoutTest {

    @Test
    void shouldRefuseAnotherMajorVersionOfLibavutil() {
        int ours = avutil.avutil_version() >>> 16;
        assertEquals(60, ours);
        CudaDeviceLayout.of(ours);
        DrmDescriptor.requireKnown(ours);
        for (int other : new int[] {56, 61}) {
            assertTrue(assertThrows(BackendException.class, () -> CudaDeviceLayout.of(other)).getMessage().contains("not " + other));
            assertTrue(assertThrows(BackendException.class, () -> DrmDescriptor.requireKnown(other)).getMessage().contains("not " + other));
        }
    }

    @Test
    void shouldAgreeWithFFmpegsHeader(@TempDir Path folder) throws IOException, InterruptedException {
        Map<String, Long> expected = new LinkedHashMap<>();
        expected.put("sizeof(AVDRMFrameDescriptor)", DrmDescriptor.SIZEOF);
        expected.put("offsetof(AVDRMFrameDescriptor, nb_objects)", DrmDescriptor.NB_OBJECTS);
        expected.put("offsetof(AVDRMFrameDescriptor, objects)", DrmDescriptor.OBJECTS);
        expected.put("sizeof(AVDRMObjectDescriptor)", DrmDescriptor.OBJECT_SIZEOF);
        expected.put("offsetof(AVDRMObjectDescriptor, fd)", DrmDescriptor.OBJECT_FD);
        expected.put("offsetof(AVDRMObjectDescriptor, size)", DrmDescriptor.OBJECT_SIZE);
        expected.put("offsetof(AVDRMObjectDescriptor, format_modifier)", DrmDescriptor.OBJECT_MODIFIER);
        expected.put("offsetof(AVDRMFrameDescriptor, nb_layers)", DrmDescriptor.NB_LAYERS);
        expected.put("offsetof(AVDRMFrameDescriptor, layers)", DrmDescriptor.LAYERS);
        expected.put("offsetof(AVDRMLayerDescriptor, format)", DrmDescriptor.LAYER_FORMAT);
        expected.put("offsetof(AVDRMLayerDescriptor, nb_planes)", DrmDescriptor.LAYER_NB_PLANES);
        expected.put("offsetof(AVDRMLayerDescriptor, planes)", DrmDescriptor.LAYER_PLANES);
        expected.put("sizeof(AVDRMPlaneDescriptor)", DrmDescriptor.PLANE_SIZEOF);
        expected.put("offsetof(AVDRMPlaneDescriptor, object_index)", DrmDescriptor.PLANE_OBJECT);
        expected.put("offsetof(AVDRMPlaneDescriptor, offset)", DrmDescriptor.PLANE_OFFSET);
        expected.put("offsetof(AVDRMPlaneDescriptor, pitch)", DrmDescriptor.PLANE_PITCH);
        expected.put("AV_DRM_MAX_PLANES", (long) DrmDescriptor.MOST_PLANES);
        var source = new StringBuilder("#include <stddef.h>\n#include <stdio.h>\n#include <libavutil/hwcontext_drm.h>\nint main(void) {\n");
        expected.keySet().forEach(e -> source.append("  printf(\"%ld\\n\", (long) (").append(e).append("));\n"));
        Path program = folder.resolve("layout");
        Files.writeString(folder.resolve("layout.c"), source.append("}\n"));
        var built = run(folder, "gcc", "-o", program.toString(), folder.resolve("layout.c").toString());
        assumeTrue(built.exit == 0, "gcc or the headers of libavutil are not installed: " + built.output);
        List<Long> actual = run(folder, program.toString()).output.lines().map(Long::valueOf).toList();
        assertEquals(new ArrayList<>(expected.values()), actual, expected.keySet().toString());
    }

    private record Ended(int exit, String output) {
    }

    private static Ended run(Path folder, String... command) throws IOException, InterruptedException {
        Path output = folder.resolve("output");
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile()).start();
            return new Ended(process.waitFor(), Files.readString(output, StandardCharsets.UTF_8));
        } catch (IOException e) {
            return new Ended(-1, e.getMessage());
        }
    }
}
