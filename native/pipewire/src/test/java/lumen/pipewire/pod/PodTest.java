package lumen.pipewire.pod;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.HexFormat;
import lumen.pipewire.CCompiler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PodTest {
    private static final String BUILDER = """
            #include <stdio.h>
            #include <spa/param/audio/raw.h>
            #include <spa/param/video/raw.h>
            #include <spa/param/param.h>
            #include <spa/param/format.h>
            #include <spa/param/buffers.h>
            #include <spa/buffer/meta.h>
            #include <spa/buffer/buffer.h>
            #include <spa/pod/builder.h>
            int main(void) {
                uint8_t bytes[4096] = {0};
                struct spa_pod_builder b = SPA_POD_BUILDER_INIT(bytes, sizeof bytes);
                struct spa_pod_frame object, choice;
                %s
                for (uint32_t i = 0; i < b.state.offset; i++) printf("%%02x", bytes[i]);
                return 0;
            }
            """;

    @TempDir
    Path folder;

    private static byte[] bytes(PodBuilder pod) {
        try (Arena arena = Arena.ofConfined()) {
            return pod.build(arena).toArray(ValueLayout.JAVA_BYTE);
        }
    }

    private static Pod parsed(PodBuilder pod) {
        return Pod.at(pod.build(Arena.ofAuto()));
    }

    private void assertLikeTheHeaders(String statements, PodBuilder ours) throws Exception {
        CCompiler.assumeAvailable();
        String theirs = CCompiler.run(folder, BUILDER.formatted(statements));
        assertEquals(theirs, HexFormat.of().formatHex(bytes(ours)));
    }

    @Test
    void aFormatWithModifiersHasTheHeadersBytes() throws Exception {
        assertLikeTheHeaders("""
                spa_pod_builder_push_object(&b, &object, SPA_TYPE_OBJECT_Format, SPA_PARAM_EnumFormat);
                spa_pod_builder_add(&b, SPA_FORMAT_mediaType, SPA_POD_Id(SPA_MEDIA_TYPE_video),
                    SPA_FORMAT_mediaSubtype, SPA_POD_Id(SPA_MEDIA_SUBTYPE_raw),
                    SPA_FORMAT_VIDEO_format, SPA_POD_CHOICE_ENUM_Id(3, SPA_VIDEO_FORMAT_BGRx, SPA_VIDEO_FORMAT_BGRx, SPA_VIDEO_FORMAT_BGRA), 0);
                spa_pod_builder_prop(&b, SPA_FORMAT_VIDEO_modifier, SPA_POD_PROP_FLAG_MANDATORY | SPA_POD_PROP_FLAG_DONT_FIXATE);
                spa_pod_builder_push_choice(&b, &choice, SPA_CHOICE_Enum, 0);
                spa_pod_builder_long(&b, 0x0100000000000001);
                spa_pod_builder_long(&b, 0x0100000000000001);
                spa_pod_builder_long(&b, 0);
                spa_pod_builder_pop(&b, &choice);
                struct spa_rectangle r[3] = {{1920, 1080}, {1, 1}, {16384, 16384}};
                struct spa_fraction f[3] = {{0, 1}, {0, 1}, {1000, 1}};
                spa_pod_builder_add(&b, SPA_FORMAT_VIDEO_size, SPA_POD_CHOICE_RANGE_Rectangle(&r[0], &r[1], &r[2]),
                    SPA_FORMAT_VIDEO_framerate, SPA_POD_CHOICE_RANGE_Fraction(&f[0], &f[1], &f[2]), 0);
                spa_pod_builder_pop(&b, &object);
                """, new PodBuilder().beginObject(Spa.OBJECT_FORMAT, Spa.PARAM_ENUM_FORMAT)
                .property(Spa.FORMAT_MEDIA_TYPE).id(Spa.MEDIA_TYPE_VIDEO)
                .property(Spa.FORMAT_MEDIA_SUBTYPE).id(Spa.MEDIA_SUBTYPE_RAW)
                .property(Spa.FORMAT_VIDEO_FORMAT).enumOfIds(Spa.VIDEO_FORMAT_BGRX, Spa.VIDEO_FORMAT_BGRA)
                .property(Spa.FORMAT_VIDEO_MODIFIER, Spa.PROP_MANDATORY | Spa.PROP_DONT_FIXATE).enumOfLongs(0x0100000000000001L, 0)
                .property(Spa.FORMAT_VIDEO_SIZE).rangeOfRectangles(1920, 1080, 1, 1, 16384, 16384)
                .property(Spa.FORMAT_VIDEO_FRAMERATE).rangeOfFractions(0, 1, 0, 1, 1000, 1)
                .end());
    }

    @Test
    void buffersAndMetadataHaveTheHeadersBytes() throws Exception {
        assertLikeTheHeaders("""
                spa_pod_builder_add_object(&b, SPA_TYPE_OBJECT_ParamBuffers, SPA_PARAM_Buffers,
                    SPA_PARAM_BUFFERS_buffers, SPA_POD_CHOICE_RANGE_Int(6, 2, 16), SPA_PARAM_BUFFERS_blocks, SPA_POD_Int(1),
                    SPA_PARAM_BUFFERS_dataType, SPA_POD_CHOICE_FLAGS_Int((1 << SPA_DATA_MemFd) | (1 << SPA_DATA_DmaBuf)));
                """, new PodBuilder().beginObject(Spa.OBJECT_PARAM_BUFFERS, Spa.PARAM_BUFFERS)
                .property(Spa.BUFFERS_BUFFERS).rangeOfIntegers(6, 2, 16).property(Spa.BUFFERS_BLOCKS).integer(1)
                .property(Spa.BUFFERS_DATA_TYPE).flagsOfIntegers(1 << Spa.DATA_MEM_FD | 1 << Spa.DATA_DMA_BUF).end());
    }

    @Test
    void everyOtherKindHasTheHeadersBytes() throws Exception {
        assertLikeTheHeaders("""
                uint32_t ids[3] = {SPA_AUDIO_CHANNEL_FL, SPA_AUDIO_CHANNEL_FR, SPA_AUDIO_CHANNEL_LFE};
                struct spa_rectangle r = {3, 4};
                struct spa_fraction f = {30000, 1001};
                spa_pod_builder_push_struct(&b, &object);
                spa_pod_builder_none(&b);
                spa_pod_builder_bool(&b, true);
                spa_pod_builder_int(&b, -5);
                spa_pod_builder_long(&b, -6);
                spa_pod_builder_float(&b, 0.25f);
                spa_pod_builder_string(&b, "");
                spa_pod_builder_string(&b, "seven b");
                spa_pod_builder_string(&b, "eight by");
                spa_pod_builder_rectangle(&b, 3, 4);
                spa_pod_builder_fraction(&b, 30000, 1001);
                spa_pod_builder_array(&b, 4, SPA_TYPE_Id, 3, ids);
                spa_pod_builder_pop(&b, &object);
                """, new PodBuilder().beginStruct().none().bool(true).integer(-5).longInteger(-6).floating(0.25f).string("")
                .string("seven b").string("eight by").rectangle(3, 4).fraction(30000, 1001)
                .arrayOfIds(Spa.CHANNEL_FL, Spa.CHANNEL_FR, Spa.CHANNEL_LFE).end());
    }

    @Test
    void aFormatIsReadAsItWasWritten() {
        Pod format = parsed(new PodBuilder().beginObject(Spa.OBJECT_FORMAT, Spa.PARAM_FORMAT)
                .property(Spa.FORMAT_VIDEO_FORMAT).enumOfIds(Spa.VIDEO_FORMAT_BGRA, Spa.VIDEO_FORMAT_BGRX)
                .property(Spa.FORMAT_VIDEO_MODIFIER).longInteger(-2)
                .property(Spa.FORMAT_VIDEO_SIZE).rectangle(641, 479)
                .property(Spa.FORMAT_VIDEO_FRAMERATE).fraction(60, 7)
                .property(77).string("text").end());
        assertEquals(Spa.OBJECT_FORMAT, format.objectType());
        Pod choice = format.property(Spa.FORMAT_VIDEO_FORMAT).orElseThrow();
        assertTrue(choice.isOpen());
        assertEquals(3, choice.count());
        assertEquals(Spa.VIDEO_FORMAT_BGRA, choice.id());
        assertEquals(Spa.VIDEO_FORMAT_BGRX, choice.value(2).id());
        assertThrows(PodException.class, () -> choice.value(3));
        assertEquals(-2, format.property(Spa.FORMAT_VIDEO_MODIFIER).orElseThrow().longInteger());
        Pod size = format.property(Spa.FORMAT_VIDEO_SIZE).orElseThrow();
        assertFalse(size.isOpen());
        assertEquals(641, size.width());
        assertEquals(479, size.height());
        assertThrows(PodException.class, size::integer);
        assertEquals(7, format.property(Spa.FORMAT_VIDEO_FRAMERATE).orElseThrow().denominator());
        assertEquals("text", format.property(77).orElseThrow().string());
        assertTrue(format.property(78).isEmpty());
    }

    @Test
    void aContainerWithoutItsEndIsAMistake() {
        assertThrows(IllegalStateException.class, () -> new PodBuilder().beginStruct().build(Arena.ofAuto()));
    }

    @Test
    void aPodCutShortIsRefusedAtEveryLength() {
        byte[] whole = bytes(new PodBuilder().beginObject(Spa.OBJECT_FORMAT, Spa.PARAM_FORMAT)
                .property(Spa.FORMAT_VIDEO_SIZE).rectangle(641, 479).end());
        for (int length = 0; length < whole.length; length++) {
            MemorySegment part = MemorySegment.ofArray(whole).asSlice(0, length);
            assertThrows(PodException.class, () -> Pod.at(part), () -> "of " + part.byteSize() + " bytes");
        }
        assertArrayEquals(whole, bytes(new PodBuilder().beginObject(Spa.OBJECT_FORMAT, Spa.PARAM_FORMAT)
                .property(Spa.FORMAT_VIDEO_SIZE).rectangle(641, 479).end()));
    }
}
