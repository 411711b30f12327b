package lumen.plugin.pipewire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.util.List;
import java.util.Optional;
import lumen.pipewire.pod.Pod;
import lumen.pipewire.pod.PodBuilder;
import lumen.pipewire.pod.Spa;
import lumen.spi.ImportOffer;
import lumen.spi.ImportOffer.Transport;
import lumen.spi.PixelFormat;
import org.junit.jupiter.api.Test;

class NegotiationTest {
    private static final long TILED = 0x0100_0000_0000_0001L;
    private static final ImportOffer MEMORY = new ImportOffer(Transport.MEMORY, PixelFormat.XRGB8888, 0);
    private static final List<FormatOffer> IN_MEMORY = rounds(MEMORY);
    private static final List<FormatOffer> LINEAR = rounds(dmabuf(ImportOffer.LINEAR), MEMORY);
    private static final List<FormatOffer> ALL = rounds(dmabuf(TILED), dmabuf(ImportOffer.LINEAR), MEMORY);

    private final Negotiation negotiation = new Negotiation();

    private static ImportOffer dmabuf(long modifier) {
        return new ImportOffer(Transport.DMABUF, PixelFormat.XRGB8888, modifier);
    }

    private static List<FormatOffer> rounds(ImportOffer... offers) {
        return FormatOffer.rounds(List.of(offers), Optional.empty());
    }

    private static Pod format(int id) {
        return Pod.at(new PodBuilder().beginObject(Spa.OBJECT_FORMAT, Spa.PARAM_FORMAT).property(Spa.FORMAT_VIDEO_FORMAT).id(id)
                .property(Spa.FORMAT_VIDEO_SIZE).rectangle(640, 480).end().build(Arena.ofAuto()));
    }

    private void agreeOnMemory() {
        negotiation.agree(format(Spa.VIDEO_FORMAT_BGRX));
        negotiation.bufferType("MemFd");
    }

    @Test
    void theFirstOfferIsTold() {
        assertTrue(negotiation.offer(ALL, false, true));
        assertEquals(ALL.getFirst(), negotiation.current());
    }

    @Test
    void theSameOfferAgainIsNot() {
        negotiation.offer(ALL, false, true);
        assertFalse(negotiation.offer(ALL, true, true));
        assertTrue(negotiation.offer(ALL, false, true), "nobody has heard it");
    }

    @Test
    void lessThanBeforeIsNotToldAsLongAsItMeetsWhatWasAgreedOn() {
        negotiation.offer(ALL, false, true);
        assertTrue(negotiation.offer(LINEAR, true, true), "nothing was agreed on");
        negotiation.offer(ALL, true, true);
        agreeOnMemory();
        assertFalse(negotiation.offer(LINEAR, true, true));
        assertFalse(negotiation.offer(IN_MEMORY, true, true));
        assertEquals(IN_MEMORY.getFirst(), negotiation.current());
        assertFalse(negotiation.offer(ALL, true, true), "the producer still knows it");
    }

    @Test
    void moreThanBeforeIsTold() {
        negotiation.offer(IN_MEMORY, false, true);
        agreeOnMemory();
        assertTrue(negotiation.offer(ALL, true, true));
    }

    @Test
    void moreThanBeforeIsNotToldIfTheNodeMustNotBePausedAndHasWhatMeetsIt() {
        negotiation.offer(IN_MEMORY, false, false);
        agreeOnMemory();
        assertFalse(negotiation.offer(ALL, true, false));
    }

    @Test
    void whatDoesNotMeetTheFormatIsTold() {
        negotiation.offer(LINEAR, false, true);
        negotiation.agree(format(Spa.VIDEO_FORMAT_BGRX));
        negotiation.bufferType("DmaBuf");
        assertTrue(negotiation.offer(IN_MEMORY, true, false), "the buffers are dmabufs");
    }

    @Test
    void roundsComeOneAfterTheOtherAndTheLastOneStays() {
        negotiation.offer(ALL, false, true);
        assertEquals(Optional.of(ALL.getLast()), negotiation.next());
        assertEquals(ALL.getLast(), negotiation.current());
        assertEquals(Optional.empty(), negotiation.next());
        assertEquals(ALL.getLast(), negotiation.current());
        negotiation.offer(LINEAR, true, true);
        assertEquals(LINEAR.getFirst(), negotiation.current());
    }

    @Test
    void aFormatThatCannotBeIsNoFormat() {
        negotiation.offer(ALL, false, true);
        assertEquals("no format agreed on", negotiation.toString());
        assertEquals(640, negotiation.agree(format(Spa.VIDEO_FORMAT_BGRX)).width());
        assertEquals("BGRx 640x480, no buffers", negotiation.toString());
        negotiation.bufferType("MemFd");
        assertEquals("BGRx 640x480, MemFd", negotiation.toString());
        assertThrows(RuntimeException.class, () -> negotiation.agree(format(-5)));
        assertEquals(Optional.empty(), negotiation.format());
        negotiation.agree(format(Spa.VIDEO_FORMAT_BGRX));
        assertEquals("BGRx 640x480, no buffers", negotiation.toString());
        negotiation.clear();
        assertEquals("no format agreed on", negotiation.toString());
    }
}
