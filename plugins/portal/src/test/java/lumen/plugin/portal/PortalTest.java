package lumen.plugin.portal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import lumen.dbus.Struct;
import lumen.dbus.Variant;
import lumen.spi.BackendException;
import lumen.spi.FrameSource;
import org.junit.jupiter.api.Test;

class PortalTest {
    private static Map<String, Variant> results(Map<String, Variant> properties) {
        return Map.of("streams", new Variant("a(ua{sv})", List.of(Struct.of(42, properties))));
    }

    @Test
    void shouldReadAStream() {
        PortalStream full = PortalStream.first(results(Map.of("position", new Variant("(ii)", Struct.of(-100, 5)),
                "size", new Variant("(ii)", Struct.of(1920, 1080)), "mapping_id", Variant.of("m"),
                "pipewire-serial", new Variant("t", 77L), "source_type", Variant.unsigned(4))));
        assertEquals(new PortalStream(42, 77, Optional.of(new PortalStream.Pair(-100, 5)), Optional.of(new PortalStream.Pair(1920, 1080)),
                Optional.of("m")), full);
        assertEquals(new PortalStream(42, FrameSource.PipeWireNode.UNKNOWN_SERIAL, Optional.empty(), Optional.empty(), Optional.empty()),
                PortalStream.first(results(Map.of())));
    }

    @Test
    void shouldTakeLiesForSilenceAndRefuseAnAnswerWithoutStreams() {
        PortalStream odd = PortalStream.first(results(Map.of("position", Variant.of("left"), "size", new Variant("(ii)", Struct.of(0, -1)),
                "mapping_id", Variant.unsigned(3), "pipewire-serial", Variant.of("x"))));
        assertEquals(new PortalStream(42, FrameSource.PipeWireNode.UNKNOWN_SERIAL, Optional.empty(), Optional.empty(), Optional.empty()).size(),
                odd.size());
        assertEquals(Optional.empty(), odd.position());
        assertEquals(Optional.empty(), odd.mappingId());
        for (Map<String, Variant> wrong : List.of(Map.<String, Variant>of(), Map.of("streams", Variant.of("none")),
                Map.of("streams", new Variant("a(ua{sv})", List.of())), Map.of("streams", new Variant("ai", List.of(1))))) {
            assertThrows(BackendException.class, () -> PortalStream.first(wrong));
        }
    }

    @Test
    void shouldAskForOneKindOfSourceAndTheBestPointer() {
        assertEquals(4, new Abilities(5, 7, 7, 2, 7).source(false));
        assertEquals(1, new Abilities(5, 7, 7, 2, 7).source(true));
        assertEquals(1, new Abilities(5, 3, 7, 2, 7).source(false));
        assertEquals(4, new Abilities(5, 4, 7, 2, 7).source(true), "better than nothing");
        assertEquals(4, new Abilities(5, 7, 7, 2, 7).cursor());
        assertEquals(2, new Abilities(5, 7, 3, 2, 7).cursor());
        assertEquals(1, new Abilities(5, 7, 0, 2, 7).cursor());
    }

    @Test
    void shouldAnchorTheScreenCastOnInputWhereThereIsAny() {
        assertTrue(new Abilities(5, 7, 7, 1, 3).input());
        assertFalse(new Abilities(5, 7, 7, 1, 3).remembers());
        assertTrue(new Abilities(5, 7, 7, 2, 3).remembers());
        assertFalse(new Abilities(5, 7, 7, 2, 0).input(), "a portal that drives no device");
        assertFalse(new Abilities(3, 7, 7, 0, 0).remembers());
        assertTrue(new Abilities(4, 7, 7, 0, 0).remembers());
    }

    @Test
    void shouldTellUsersOfPlasmaHowToAllowItBeforehand() {
        assertTrue(new DialogAdvice("KDE", "", true).text().contains("kde-authorized remote-desktop \"\" yes"));
        assertTrue(new DialogAdvice("ubuntu:KDE", "dev.lumen.host", true).text().contains("\"dev.lumen.host\" yes"));
        assertFalse(new DialogAdvice("GNOME", "", true).text().contains("flatpak"));
        assertTrue(new DialogAdvice("sway", "", false).text().contains("remembers nothing"));
    }
}
