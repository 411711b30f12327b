package lumen.core.sdp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SdpTest {
    private static final AnnounceParser.Limits ALL = new AnnounceParser.Limits(new CodecModes(8_323_841), EncryptionPolicy.OPPORTUNISTIC, 1392);
    private static final StreamConfig CONFIG = new StreamConfig(
        new StreamConfig.Video(1920, 1080, 60_000, 6000, 1392, 20_000, 16_000, 2, 4, StreamCodec.HEVC, true, false, 0, 3, false, 5),
        new StreamConfig.Audio(6, 63, true, 5, 4), 3, 7, 167, 13);

    private static String text(StreamConfig config) throws Exception {
        return new String(AnnounceWriter.write(config, InetAddress.getByName("10.0.0.2"), 47998, false), StandardCharsets.ISO_8859_1);
    }

    private static StreamConfig parse(String body, String host) throws SdpException {
        return AnnounceParser.parse(body.getBytes(StandardCharsets.ISO_8859_1), host, ALL);
    }

    @Test
    @DisplayName("A8.1 what the client writes is what the host reads; order and unknown attributes don't matter")
    void roundTrip() throws Exception {
        assertEquals(CONFIG, parse(text(CONFIG), "10.0.0.1"));
        List<String> lines = new ArrayList<>(Arrays.asList(text(CONFIG).split("\r\n")));
        lines.add("a=x-unknown:1");
        lines.add("a=:::");
        lines.add("nonsense");
        Collections.shuffle(lines, new Random(1));
        assertEquals(CONFIG, parse(String.join("\n", lines), "10.0.0.1"));
        assertEquals(CONFIG, parse(text(CONFIG) + "a=x-nv-video[0].maxFPS:30\r\n", "10.0.0.1"), "the first wins");
        assertTrue(text(CONFIG).contains("a=x-nv-video[0].maxFPS:60 \r\n"));
    }

    @Test
    @DisplayName("A8.1 absent optional attributes have their defaults")
    void defaults() throws Exception {
        StreamConfig config = parse("""
            a=x-nv-video[0].clientViewportWd:1280
            a=x-nv-video[0].clientViewportHt:720
            a=x-nv-video[0].maxFPS:30
            a=x-nv-video[0].packetSize:1024
            a=x-nv-vqos[0].bw.maximumBitrateKbps:4000
            a=x-nv-video[0].videoEncoderSlicesPerFrame:1
            a=x-nv-video[0].maxNumReferenceFrames:1
            a=x-nv-audio.surround.numChannels:2
            a=x-nv-audio.surround.channelMask:3
            a=x-nv-audio.surround.AudioQuality:0
            """, "0.0.0.0");
        assertEquals(new StreamConfig(new StreamConfig.Video(1280, 720, 30_000, 0, 1024, 0, 4000, 0, 1, StreamCodec.H264, false, false, 1, 0, false, 5),
            new StreamConfig.Audio(2, 3, false, 5, 4), 0, 0, 135, 1), config);
        assertEquals(4000, config.encoderKbps(20));
        assertFalse(config.controlEncrypted());
        assertFalse(config.sessionIds());
    }

    @ParameterizedTest
    @ValueSource(strings = {"x-nv-video[0].clientViewportWd", "x-nv-video[0].clientViewportHt", "x-nv-video[0].maxFPS", "x-nv-video[0].packetSize",
        "x-nv-vqos[0].bw.maximumBitrateKbps", "x-nv-video[0].videoEncoderSlicesPerFrame", "x-nv-video[0].maxNumReferenceFrames",
        "x-nv-audio.surround.numChannels", "x-nv-audio.surround.channelMask", "x-nv-audio.surround.AudioQuality"})
    @DisplayName("A8.2 a required attribute that is missing or no number is 400")
    void required(String name) throws Exception {
        String body = text(CONFIG);
        String quoted = Pattern.quote("a=" + name + ":");
        assertEquals(400, assertThrows(SdpException.class, () -> parse(body.replaceAll(quoted + ".*\r\n", ""), "h")).status());
        for (String value : List.of("abc", "", "-1", "99999999999999999999", "1e3", "0x10")) {
            assertEquals(400, assertThrows(SdpException.class, () -> parse(body.replaceAll(quoted + ".*", "a=" + name + ":" + value), "h"), value).status());
        }
    }

    @ParameterizedTest
    @CsvSource({"x-nv-video[0].clientViewportWd,0", "x-nv-video[0].clientViewportHt,0", "x-nv-video[0].maxFPS,0", "x-nv-video[0].clientViewportWd,16385",
        "x-nv-video[0].clientViewportHt,20000", "x-nv-video[0].maxFPS,1001", "x-nv-video[0].maxFPS,2000000", "x-nv-video[0].packetSize,199",
        "x-nv-video[0].packetSize,65536", "x-nv-vqos[0].bitStreamFormat,3", "x-nv-audio.surround.numChannels,5", "x-nv-aqos.packetDuration,7",
        "x-nv-video[0].videoEncoderSlicesPerFrame,0"})
    @DisplayName("A8.2 absurd values are 400")
    void absurd(String name, String value) throws Exception {
        String body = "a=" + name + ":" + value + "\r\n" + text(CONFIG);
        assertEquals(400, assertThrows(SdpException.class, () -> parse(body, "h")).status());
    }

    @Test
    @DisplayName("A8.2 maxFPS in thousandths; A8.6 the display's rate counts within one percent")
    void rates() throws Exception {
        assertEquals(59_940, parse("a=x-nv-video[0].maxFPS:59940\r\na=x-nv-video[0].clientRefreshRateX100:0\r\n" + text(CONFIG), "h").video().refreshMilliHertz());
        assertEquals(59_940, RefreshRate.milliHertz(60, 5994));
        assertEquals(60_000, RefreshRate.milliHertz(60, 14_400));
        assertEquals(60_000, RefreshRate.milliHertz(60, 0));
        assertEquals(60_000, RefreshRate.milliHertz(60, 2_000_000_000));
        assertEquals(144_000, RefreshRate.milliHertz(144, 14_400));
    }

    @Test
    @DisplayName("A8.3 A8.4 codecs that aren't offered are 400, plain media under a mandatory policy 403")
    void policy() throws Exception {
        byte[] body = text(CONFIG).getBytes(StandardCharsets.ISO_8859_1);
        var h264 = new AnnounceParser.Limits(new CodecModes(1), EncryptionPolicy.OPPORTUNISTIC, 1392);
        assertEquals(400, assertThrows(SdpException.class, () -> AnnounceParser.parse(body, "h", h264)).status());
        var strict = new AnnounceParser.Limits(ALL.codecs(), EncryptionPolicy.MANDATORY, 1392);
        assertEquals(CONFIG, AnnounceParser.parse(body, "h", strict));
        for (int flags : new int[] {0, 1, 3, 5}) {
            byte[] weak = ("a=x-ss-general.encryptionEnabled:" + flags + "\r\n" + text(CONFIG)).getBytes(StandardCharsets.ISO_8859_1);
            assertEquals(403, assertThrows(SdpException.class, () -> AnnounceParser.parse(weak, "h", strict)).status());
        }
    }

    @ParameterizedTest
    @CsvSource({"1000,2,false,576", "5000,2,false,3428", "10000,2,true,6988", "20000,2,true,14988", "20000,6,true,13964", "50000,2,true,38988",
        "150000,8,true,117452"})
    @DisplayName("A8.5 the bitrate table")
    void bitrates(int configured, int channels, boolean high, int expected) {
        assertEquals(expected, BitrateBudget.encoderKbps(configured, 0, channels, high, 20), 1);
    }

    @Test
    @DisplayName("the client's four bandwidth fields")
    void clientBitrate() {
        assertEquals(8000, BitrateBudget.clientKbps(10_000, false));
        assertEquals(7500, BitrateBudget.clientKbps(10_000, true));
        assertEquals(100_000, BitrateBudget.clientKbps(500_000, false));
        assertEquals(400, BitrateBudget.clientKbps(500, true));
    }

    @Test
    @DisplayName("A8.7 every colour mode with and without 10 bit and an HDR display")
    void colours() {
        ColorChoice.Matrix[] eightBit = {ColorChoice.Matrix.REC_601, ColorChoice.Matrix.REC_709, ColorChoice.Matrix.REC_709, ColorChoice.Matrix.REC_709};
        ColorChoice.Matrix[] tenBit = {ColorChoice.Matrix.REC_601, ColorChoice.Matrix.REC_709, ColorChoice.Matrix.REC_2020, ColorChoice.Matrix.REC_709};
        for (int mode = 0; mode < 8; mode++) {
            boolean full = mode % 2 == 1;
            assertEquals(new ColorChoice(eightBit[mode / 2], false, full), ColorChoice.of(mode, false, false));
            assertEquals(new ColorChoice(eightBit[mode / 2], false, full), ColorChoice.of(mode, false, true));
            assertEquals(new ColorChoice(tenBit[mode / 2], false, full), ColorChoice.of(mode, true, false));
            assertEquals(new ColorChoice(ColorChoice.Matrix.REC_2020, true, full), ColorChoice.of(mode, true, true));
        }
    }

    @Test
    @DisplayName("A8.9 stereo quality follows the Host header")
    void stereo() throws Exception {
        StreamConfig stereo = new StreamConfig(CONFIG.video(), new StreamConfig.Audio(2, 3, true, 5, 4), 3, 7, 135, 13);
        assertEquals(96_000, parse(text(stereo), "0.0.0.0").audio().bitsPerSecond());
        assertEquals(512_000, parse(text(stereo), "192.168.1.5").audio().bitsPerSecond());
        assertTrue(parse(text(CONFIG), "0.0.0.0").audio().highQuality(), "surround doesn't");
    }

    @Test
    @DisplayName("A8.8 the packet size is never above the client's")
    void packetSize() throws Exception {
        assertEquals(1024, parse("a=x-nv-video[0].packetSize:1024\r\n" + text(CONFIG), "h").video().packetSize());
        assertEquals(1392, parse("a=x-nv-video[0].packetSize:9000\r\n" + text(CONFIG), "h").video().packetSize());
    }

    @Test
    @DisplayName("A7.1 A7.2 A7.5 markers are there exactly when meant; the body ends with a line end")
    void markers() {
        for (int bits : new int[] {1, 257, 513, 66_305, 131_073, 524_289, 8_323_841}) {
            CodecModes codecs = new CodecModes(bits);
            String body = DescribeAnswer.of(codecs, EncryptionPolicy.NEVER, 0, false).encode();
            assertEquals(codecs.hevc(), body.contains("sprop-parameter-sets=AAAAAU"));
            assertEquals(codecs.av1(), body.contains("AV1/90000"));
            assertEquals(codecs.hevc(), codecs.maxLumaPixelsHevc() != 0);
            assertFalse(body.contains("refPicInvalidation"));
            assertTrue(body.endsWith("\n") && body.indexOf('\0') < 0);
        }
        assertTrue(DescribeAnswer.of(new CodecModes(1), EncryptionPolicy.NEVER, 0, true).encode().contains("x-nv-video[0].refPicInvalidation"));
        assertThrows(IllegalArgumentException.class, () -> new CodecModes(0));
        assertThrows(IllegalArgumentException.class, () -> new CodecModes(3));
    }

    @Test
    @DisplayName("A7.3 the client reads the layouts that the encoder is made with")
    void layouts() throws Exception {
        String body = DescribeAnswer.of(new CodecModes(1), EncryptionPolicy.OPPORTUNISTIC, 3, true).encode();
        for (int channels : new int[] {6, 8}) {
            var read = DescribeReader.read(body, channels);
            assertEquals(OpusLayout.of(channels, false), read.normal());
            assertEquals(OpusLayout.of(channels, true), read.high());
        }
        assertTrue(body.contains("surround-params=642014235\n"));
        assertTrue(body.contains("surround-params=85301623457\n"));
        assertTrue(body.contains("surround-params=21101\n"));
        var stereo = DescribeReader.read(body, 2);
        assertEquals(3, stereo.featureFlags());
        assertEquals(7, stereo.encryptionSupported());
        assertEquals(1, stereo.encryptionRequested());
        assertEquals("642012453", new OpusLayout(6, 4, 2, "012345").normalLine());
        assertEquals("85301245673", new OpusLayout(8, 5, 3, "01234567").normalLine());
    }

    @ParameterizedTest
    @CsvSource({"10.1.2.3,true", "172.16.0.1,true", "172.32.0.1,false", "192.168.9.9,true", "100.64.0.1,true", "100.128.0.1,false", "169.254.1.1,true",
        "127.0.0.1,true", "8.8.8.8,false", "::1,true", "fd12::1,true", "fe80::1,true", "2001:db8::1,false", "::ffff:192.168.1.1,true", "::ffff:8.8.8.8,false"})
    @DisplayName("A7.4 who counts as near")
    void nearness(String address, boolean lan) throws Exception {
        assertEquals(lan, EncryptionPolicy.isLan(InetAddress.getByName(address)));
    }

    @Test
    @DisplayName("A7.4 what each policy offers and asks for")
    void policies() {
        assertEquals(5, EncryptionPolicy.NEVER.supported());
        assertEquals(1, EncryptionPolicy.NEVER.requested());
        assertEquals(7, EncryptionPolicy.OPPORTUNISTIC.supported());
        assertEquals(1, EncryptionPolicy.OPPORTUNISTIC.requested());
        assertEquals(7, EncryptionPolicy.MANDATORY.requested());
    }
}
