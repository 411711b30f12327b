package lumen.plugin.ffmpeg;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.Collectors;
import lumen.spi.Probe;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the machine with a kernel of its own has: render nodes without a VAAPI driver, and Vulkan without video. */
@Tag("vm")
class RefusalsVmTest {

    @Test
    void shouldSayWhyRenderNodesAndSoftwareVulkanEncodeNothing() {
        assertFalse(RenderNode.all().isEmpty(), "this machine has vgem's render node");
        FFmpegLog.install(false);
        var survey = Surveyor.survey();
        var said = survey.tried().stream().collect(Collectors.toMap(t -> t.name(), t -> t.seen()));
        System.getLogger("lumen.plugin.ffmpeg").log(System.Logger.Level.INFO, said.toString());
        for (String node : RenderNode.all()) {
            String reason = said.get("VAAPI on " + node);
            assertTrue(reason.contains("libva"), reason);
        }
        assertEquals("there is a device", said.get("Vulkan"), said.toString());
        assertTrue(said.get("h264_vulkan").contains("VK_KHR_video_encode_queue"), said.toString());
        assertTrue(survey.encoders().isEmpty(), survey.toString());
        assertTrue(survey.dmabufs().isEmpty(), survey.toString());
    }

    @Test
    void shouldNotOfferToPassDmabufsThrough() {
        var probe = assertInstanceOf(Probe.Unavailable.class, new DmabufImporterProvider().probe(FFmpegEncoderProviderTest.host()));
        assertEquals(RenderNode.all().size(), probe.evidence().size());
        assertTrue(probe.remedy().orElseThrow().contains("LIBVA_DRIVERS_PATH"));
    }

    @Test
    void shouldOfferLibx264AllTheSame() {
        var provider = new FFmpegEncoderProvider(new Hardware(Surveyor::survey));
        assertInstanceOf(Probe.Available.class, provider.probe(FFmpegEncoderProviderTest.host()));
        assertEquals("libx264", provider.offers().getFirst().name());
    }
}
