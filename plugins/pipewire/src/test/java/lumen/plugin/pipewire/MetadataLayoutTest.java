package lumen.plugin.pipewire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetadataLayoutTest {
    private static final Path HEADERS = Path.of("/usr/include/spa-0.2");

    @TempDir
    Path folder;

    @Test
    void metadataIsLaidOutAsInTheHeaders() throws Exception {
        assumeTrue(Arrays.stream(System.getenv("PATH").split(":")).anyMatch(p -> new File(p, "gcc").canExecute()), "gcc is not installed");
        assumeTrue(Files.isDirectory(HEADERS), "libspa-0.2-dev is not installed");
        Map<String, Integer> ours = new LinkedHashMap<>();
        ours.put("sizeof(struct spa_meta_header)", PictureMetadata.SIZEOF_HEADER);
        ours.put("offsetof(struct spa_meta_header, flags)", PictureMetadata.HEADER_FLAGS);
        ours.put("offsetof(struct spa_meta_header, pts)", PictureMetadata.HEADER_PTS);
        ours.put("SPA_META_HEADER_FLAG_CORRUPTED", PictureMetadata.HEADER_CORRUPTED);
        ours.put("sizeof(struct spa_meta_region)", PictureMetadata.SIZEOF_REGION);
        ours.put("offsetof(struct spa_meta_region, region.position.x)", PictureMetadata.REGION_X);
        ours.put("offsetof(struct spa_meta_region, region.position.y)", PictureMetadata.REGION_Y);
        ours.put("offsetof(struct spa_meta_region, region.size.width)", PictureMetadata.REGION_WIDTH);
        ours.put("offsetof(struct spa_meta_region, region.size.height)", PictureMetadata.REGION_HEIGHT);
        ours.put("sizeof(struct spa_meta_cursor)", CursorTracker.SIZEOF_CURSOR);
        ours.put("offsetof(struct spa_meta_cursor, id)", CursorTracker.ID);
        ours.put("offsetof(struct spa_meta_cursor, position.x)", CursorTracker.POSITION_X);
        ours.put("offsetof(struct spa_meta_cursor, position.y)", CursorTracker.POSITION_Y);
        ours.put("offsetof(struct spa_meta_cursor, hotspot.x)", CursorTracker.HOTSPOT_X);
        ours.put("offsetof(struct spa_meta_cursor, hotspot.y)", CursorTracker.HOTSPOT_Y);
        ours.put("offsetof(struct spa_meta_cursor, bitmap_offset)", CursorTracker.BITMAP_OFFSET);
        ours.put("sizeof(struct spa_meta_bitmap)", CursorTracker.SIZEOF_BITMAP);
        ours.put("offsetof(struct spa_meta_bitmap, format)", CursorTracker.BITMAP_FORMAT);
        ours.put("offsetof(struct spa_meta_bitmap, size.width)", CursorTracker.BITMAP_WIDTH);
        ours.put("offsetof(struct spa_meta_bitmap, size.height)", CursorTracker.BITMAP_HEIGHT);
        ours.put("offsetof(struct spa_meta_bitmap, stride)", CursorTracker.BITMAP_STRIDE);
        ours.put("offsetof(struct spa_meta_bitmap, offset)", CursorTracker.BITMAP_PIXELS);
        ours.put("SPA_VIDEO_FORMAT_ARGB", CursorTracker.FORMAT_ARGB);
        ours.put("SPA_VIDEO_FORMAT_ABGR", CursorTracker.FORMAT_ABGR);
        StringBuilder program = new StringBuilder("""
                #include <stddef.h>
                #include <stdio.h>
                #include <spa/buffer/meta.h>
                #include <spa/param/video/raw.h>
                int main(void) {
                """);
        ours.keySet().forEach(name -> program.append("printf(\"%lld\\n\", (long long) (").append(name).append("));\n"));
        Path source = Files.writeString(folder.resolve("layout.c"), program.append("return 0; }\n"));
        Path binary = folder.resolve("layout");
        run("gcc", "-I", HEADERS.toString(), "-o", binary.toString(), source.toString());
        String[] answers = run(binary.toString()).split("\n");
        int i = 0;
        for (Map.Entry<String, Integer> entry : ours.entrySet()) {
            assertEquals(Long.parseLong(answers[i++]), entry.getValue().longValue(), entry.getKey());
        }
    }

    private static String run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        assertEquals(0, process.exitValue(), output);
        return output;
    }
}
