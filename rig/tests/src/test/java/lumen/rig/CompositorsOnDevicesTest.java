package lumen.rig;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The compositors in the virtual machine, where devices are the kernel's and nothing is preloaded. */
@Tag("vm")
class CompositorsOnDevicesTest {
    @Test
    void nothingIsPreloaded() {
        assertEquals(null, System.getenv("LUMEN_RIG_DRM_SHIM"));
        assertEquals(null, System.getenv("LUMEN_RIG_UDMABUF_SHIM"));
    }

    @Test
    void kwinRunsOnTheVirtualDisplay() throws Exception {
        Compositor kwin = Compositor.kwinOn(Devices.display().orElseThrow());
        try (Program program = kwin.start()) {
            kwin.awaitGlobals(program, "zkde_screencast_unstable_v1", "org_kde_kwin_fake_input", "zwp_linux_dmabuf_v1");
        }
    }

    @Test
    void swayDrawsIntoDmabufs() throws Exception {
        Compositor sway = Compositor.sway(Map.of("WLR_RENDERER", "gles2", "WLR_RENDERER_ALLOW_SOFTWARE", "1",
                "WLR_RENDER_DRM_DEVICE", "/dev/dri/renderD128"));
        try (Program program = sway.start()) {
            sway.awaitGlobals(program, "zwp_linux_dmabuf_v1", "zwlr_export_dmabuf_manager_v1", "ext_image_copy_capture_manager_v1");
        }
    }

    @Test
    void mutterStarts() throws Exception {
        Compositor mutter = Compositor.mutter();
        try (Program program = mutter.start()) {
            mutter.awaitGlobals(program, "wl_compositor", "zwp_linux_dmabuf_v1");
        }
    }

    @Test
    void gamescopeMakesANode() throws Exception {
        try (Program program = Compositor.gamescope().start()) {
            program.await("the stream's line", Duration.ofSeconds(60), () -> program.log().contains("stream available on node ID"));
            assertTrue(Files.exists(Path.of("/dev/udmabuf")));
        }
    }
}
