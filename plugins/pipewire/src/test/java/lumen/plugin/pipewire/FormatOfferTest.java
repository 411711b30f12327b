package lumen.plugin.pipewire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import lumen.pipewire.pod.Pod;
import lumen.pipewire.pod.PodBuilder;
import lumen.pipewire.pod.Spa;
import lumen.spi.DisplayMode;
import lumen.spi.ImportOffer;
import lumen.spi.ImportOffer.Transport;
import lumen.spi.PixelFormat;
import org.junit.jupiter.api.Test;

class FormatOfferTest {
    private static final long TILED = 0x0100_0000_0000_0001L;
    private static final long OTHER_TILED = 0x0100_0000_0000_0002L;
    private static final DisplayMode MODE = new DisplayMode(1367, 769, 59_940);
    private static final ImportOffer MEMORY = new ImportOffer(Transport.MEMORY, PixelFormat.XRGB8888, 0);
    private static final Arena ARENA = Arena.ofAuto();

    private static ImportOffer dmabuf(PixelFormat format, long modifier) {
        return new ImportOffer(Transport.DMABUF, format, modifier);
    }

    private static List<Pod> formats(FormatOffer offer) {
        return offer.formats(MODE, ARENA).stream().map(Pod::at).toList();
    }

    private static List<Long> modifiers(Pod format) {
        Pod choice = format.property(Spa.FORMAT_VIDEO_MODIFIER).orElseThrow();
        List<Long> values = new ArrayList<>();
        for (int i = 1; i < choice.count(); i++) {
            values.add(choice.value(i).longInteger());
        }
        assertEquals(values.getFirst(), choice.longInteger(), "the preferred one");
        return values;
    }

    /** Flags of a property: the word after its key. */
    private static int flags(MemorySegment pod, int key) {
        for (long at = 16; at < pod.byteSize();) {
            if (pod.get(ValueLayout.JAVA_INT_UNALIGNED, at) == key) {
                return pod.get(ValueLayout.JAVA_INT_UNALIGNED, at + 4);
            }
            at += 16 + (pod.get(ValueLayout.JAVA_INT_UNALIGNED, at + 8) + 7L & ~7L);
        }
        throw new AssertionError("no property " + key);
    }

    @Test
    void tiledModifiersComeBeforeLinearAndMemoryLast() {
        List<FormatOffer> rounds = FormatOffer.rounds(List.of(dmabuf(PixelFormat.XRGB8888, ImportOffer.LINEAR),
                dmabuf(PixelFormat.XRGB8888, TILED), MEMORY, dmabuf(PixelFormat.XRGB8888, OTHER_TILED)), Optional.empty());
        assertEquals(2, rounds.size());
        List<MemorySegment> pods = rounds.getFirst().formats(MODE, ARENA);
        List<Pod> formats = formats(rounds.getFirst());
        assertEquals(List.of(TILED, OTHER_TILED, ImportOffer.LINEAR), modifiers(formats.getFirst()));
        assertEquals(Spa.PROP_MANDATORY | Spa.PROP_DONT_FIXATE, flags(pods.getFirst(), Spa.FORMAT_VIDEO_MODIFIER));
        assertTrue(formats.get(1).property(Spa.FORMAT_VIDEO_MODIFIER).isEmpty());
        assertEquals(4, formats.size());
        formats(rounds.getLast()).forEach(f -> assertTrue(f.property(Spa.FORMAT_VIDEO_MODIFIER).isEmpty()));
    }

    @Test
    void aSingleModifierNeedsNoChoiceOfTheProducers() {
        FormatOffer offer = FormatOffer.rounds(List.of(dmabuf(PixelFormat.XRGB8888, TILED)), Optional.empty()).getFirst();
        assertEquals(Spa.PROP_MANDATORY, flags(offer.formats(MODE, ARENA).getFirst(), Spa.FORMAT_VIDEO_MODIFIER));
    }

    @Test
    void theDisplaysSizeIsOfferedExactlyAndThenAny() {
        FormatOffer offer = FormatOffer.rounds(List.of(MEMORY), Optional.empty()).getFirst();
        List<Pod> formats = formats(offer);
        Pod exact = formats.getFirst().property(Spa.FORMAT_VIDEO_SIZE).orElseThrow();
        assertFalse(exact.isOpen());
        assertEquals(1367, exact.width());
        assertEquals(769, exact.height());
        Pod any = formats.getLast().property(Spa.FORMAT_VIDEO_SIZE).orElseThrow();
        assertTrue(any.isOpen());
        assertEquals(1367, any.width());
        assertEquals(1, any.value(1).width());
        assertEquals(16_384, any.value(2).height());
    }

    @Test
    void theRateIsAsItComesAndAtMostTheDisplays() {
        Pod format = formats(FormatOffer.rounds(List.of(MEMORY), Optional.empty()).getFirst()).getFirst();
        Pod rate = format.property(Spa.FORMAT_VIDEO_FRAMERATE).orElseThrow();
        assertEquals(List.of(0, 1), List.of(rate.numerator(), rate.denominator()));
        Pod most = format.property(Spa.FORMAT_VIDEO_MAX_FRAMERATE).orElseThrow();
        assertEquals(List.of(59_940, 1000), List.of(most.numerator(), most.denominator()));
    }

    private static int memoryTypes(FormatOffer offer, boolean dmabuf) {
        return Pod.at(offer.buffers(dmabuf, ARENA)).property(Spa.BUFFERS_DATA_TYPE).orElseThrow().integer();
    }

    @Test
    void aFormatWithAModifierTakesDmabufsOnlyAndOneWithoutTakesThemIfLinearIsFine() {
        int memory = 1 << Spa.DATA_MEM_FD | 1 << Spa.DATA_MEM_PTR;
        FormatOffer linear = FormatOffer.rounds(List.of(dmabuf(PixelFormat.XRGB8888, ImportOffer.LINEAR), MEMORY), Optional.empty()).getFirst();
        assertEquals(1 << Spa.DATA_DMA_BUF, memoryTypes(linear, true));
        assertEquals(memory | 1 << Spa.DATA_DMA_BUF, memoryTypes(linear, false));
        FormatOffer tiled = FormatOffer.rounds(List.of(dmabuf(PixelFormat.XRGB8888, TILED), MEMORY), Optional.empty()).getFirst();
        assertEquals(memory, memoryTypes(tiled, false));
    }

    @Test
    void aFixedFormatIsTheOnlyOne() {
        FormatOffer offer = FormatOffer.rounds(List.of(MEMORY), Optional.of(FixedFormat.parse("BGRA:0x100000000000001:640x360"))).getFirst();
        List<Pod> formats = formats(offer);
        assertEquals(1, formats.size());
        assertEquals(Spa.VIDEO_FORMAT_BGRA, formats.getFirst().property(Spa.FORMAT_VIDEO_FORMAT).orElseThrow().id());
        assertEquals(List.of(TILED), modifiers(formats.getFirst()));
        assertEquals(640, formats.getFirst().property(Spa.FORMAT_VIDEO_SIZE).orElseThrow().width());
        assertEquals("BGRA:0x100000000000001:640x360", FixedFormat.parse("bgra:0x100000000000001:640x360").toString());
        assertEquals("BGRx", FixedFormat.parse(" BGRx ").toString());
        assertEquals("BGRx:641x361", FixedFormat.parse("BGRx:641x361").toString());
        for (String wrong : List.of("", "BGRx:", "NV12", "BGRx:1", "BGRx:0x", "BGRx:0x11112222333344445", "BGRx:0x0:1920", "BGRx:640x360:0x0")) {
            assertThrows(IllegalArgumentException.class, () -> FixedFormat.parse(wrong), wrong);
        }
    }

    @Test
    void whatWasNegotiatedIsCheckedBeforeItIsBelieved() {
        NegotiatedFormat format = NegotiatedFormat.parse(format(Spa.VIDEO_FORMAT_BGRX, 1920, 1080));
        assertEquals("BGRx 1920x1080", format.toString());
        assertThrows(IllegalArgumentException.class, () -> NegotiatedFormat.parse(format(23, 1920, 1080)));
        assertThrows(IllegalArgumentException.class, () -> NegotiatedFormat.parse(format(Spa.VIDEO_FORMAT_BGRX, 0, 1080)));
        assertThrows(IllegalArgumentException.class, () -> NegotiatedFormat.parse(format(Spa.VIDEO_FORMAT_BGRX, 1920, -1)));
        assertThrows(IllegalArgumentException.class, () -> NegotiatedFormat.parse(format(Spa.VIDEO_FORMAT_BGRX, 1920, 1 << 20)));
        assertThrows(IllegalArgumentException.class, () -> NegotiatedFormat.parse(Pod.at(new PodBuilder()
                .beginObject(Spa.OBJECT_FORMAT, Spa.PARAM_FORMAT).property(Spa.FORMAT_VIDEO_FORMAT).id(Spa.VIDEO_FORMAT_BGRX).end()
                .build(ARENA))));
    }

    private static Pod format(int id, int width, int height) {
        return Pod.at(new PodBuilder().beginObject(Spa.OBJECT_FORMAT, Spa.PARAM_FORMAT).property(Spa.FORMAT_VIDEO_FORMAT).id(id)
                .property(Spa.FORMAT_VIDEO_SIZE).rectangle(width, height).end().build(ARENA));
    }
}
