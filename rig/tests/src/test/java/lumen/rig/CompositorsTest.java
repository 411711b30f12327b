package lumen.rig;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Each compositor starts in the rig and offers what lumen's backends use. */
@Tag("rig")
class CompositorsTest {
    @Test
    void theMachineHasNoDevicesOfItsOwn() {
        assertFalse(Files.exists(Path.of("/dev/dri")));
        assertFalse(Files.exists(Path.of("/dev/udmabuf")));
    }

    @Test
    void kwinOffersScreencastingAndFakeInput() throws Exception {
        Compositor kwin = Compositor.kwin();
        try (Program program = kwin.start()) {
            kwin.awaitGlobals(program, "zkde_screencast_unstable_v1", "org_kde_kwin_fake_input", "zwp_linux_dmabuf_v1");
        }
    }

    @Test
    void swayOffersScreencopyAndVirtualInput() throws Exception {
        Compositor sway = Compositor.sway(Map.of("WLR_RENDERER", "pixman"));
        try (Program program = sway.start()) {
            sway.awaitGlobals(program, "zwlr_screencopy_manager_v1", "ext_image_copy_capture_manager_v1",
                    "zwlr_virtual_pointer_manager_v1", "zwp_virtual_keyboard_manager_v1");
        }
    }

    @Test
    void mutterOffersScreenCastAndRemoteDesktop() throws Exception {
        try (Program program = Compositor.mutter().start()) {
            for (String service : new String[] {"ScreenCast", "RemoteDesktop"}) {
                program.await("org.gnome.Mutter." + service, Duration.ofSeconds(30), () ->
                        Program.output("dbus-send", "--session", "--print-reply=literal", "--dest=org.freedesktop.DBus",
                                "/org/freedesktop/DBus", "org.freedesktop.DBus.ListNames").contains("org.gnome.Mutter." + service));
                String version = Program.output("dbus-send", "--session", "--print-reply=literal",
                        "--dest=org.gnome.Mutter." + service, "/org/gnome/Mutter/" + service,
                        "org.freedesktop.DBus.Properties.Get", "string:org.gnome.Mutter." + service, "string:Version");
                assertTrue(Pattern.compile("int32 \\d+").matcher(version).find(), version);
            }
        }
    }

    @Test
    void gamescopeMakesANodeAndAnInputSocket() throws Exception {
        try (Program program = Compositor.gamescope().start()) {
            program.await("the stream's line", Duration.ofSeconds(30), () -> program.log().contains("stream available on node ID"));
            assertTrue(Files.exists(Compositor.runtime().resolve("gamescope-0-ei")));
            assertTrue(Program.output("pw-dump").contains("\"node.name\": \"gamescope\""));
        }
    }
}
