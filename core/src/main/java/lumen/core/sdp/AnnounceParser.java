package lumen.core.sdp;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * Reads an ANNOUNCE body into a {@link StreamConfig}: trims values, takes the first of equal names, ignores
 * unknown ones, refuses what no stream could be made of. Pure; any thread.
 */
public final class AnnounceParser {
    private static final int MAX_DIMENSION = 16_384;
    private static final int MIN_PACKET_SIZE = 200;
    private static final int MAX_PACKET_SIZE = 65_535;
    private static final int MAX_SLICES = 255;
    private static final int MAX_KBPS = 10_000_000;

    private final Map<String, String> attributes = new HashMap<>();

    private AnnounceParser() {
    }

    /**
     * What the host accepts.
     *
     * @param codecs profiles it encodes
     * @param policy refuses plain media with 403 if MANDATORY
     * @param maxPacketSize upper limit on the packet size, 200 to 65535
     */
    public record Limits(CodecModes codecs, EncryptionPolicy policy, int maxPacketSize) {
    }

    /**
     * @param hostHeader the ANNOUNCE request's Host header; decides the quality of stereo
     * @throws SdpException 400 or 403, naming attribute and value
     */
    public static StreamConfig parse(byte[] body, String hostHeader, Limits limits) throws SdpException {
        AnnounceParser parser = new AnnounceParser();
        for (String line : new String(body, StandardCharsets.ISO_8859_1).split("\r?\n")) {
            int colon = line.indexOf(':');
            if (line.startsWith("a=") && colon > 2) {
                parser.attributes.putIfAbsent(line.substring(2, colon), line.substring(colon + 1).strip());
            }
        }
        return parser.config(hostHeader, limits);
    }

    private StreamConfig config(String hostHeader, Limits limits) throws SdpException {
        int encryption = number("x-ss-general.encryptionEnabled", 0, 0, Integer.MAX_VALUE);
        StreamConfig config = new StreamConfig(video(limits), audio(hostHeader),
            number("x-ml-general.featureFlags", 0, 0, Integer.MAX_VALUE), encryption,
            number("x-nv-general.featureFlags", 135, 0, Integer.MAX_VALUE),
            number("x-nv-general.useReliableUdp", 1, 0, Integer.MAX_VALUE));
        int media = EncryptionPolicy.VIDEO | EncryptionPolicy.AUDIO;
        if (limits.policy() == EncryptionPolicy.MANDATORY && (encryption & media) != media) {
            throw new SdpException(403, "this host streams only encrypted video and audio");
        }
        return config;
    }

    private StreamConfig.Video video(Limits limits) throws SdpException {
        int maxFps = required("x-nv-video[0].maxFPS", 1, RefreshRate.MAX_PLAIN_FPS * 1000);
        if (maxFps > RefreshRate.MAX_PLAIN_FPS && maxFps <= RefreshRate.THOUSANDFOLD_FROM) {
            throw new SdpException(400, "x-nv-video[0].maxFPS=" + maxFps + " is more than " + RefreshRate.MAX_PLAIN_FPS);
        }
        StreamCodec codec = StreamCodec.values()[number("x-nv-vqos[0].bitStreamFormat", 0, 0, 2)];
        boolean tenBit = number("x-nv-video[0].dynamicRangeMode", 0, 0, 1) == 1;
        boolean yuv444 = number("x-ss-video[0].chromaSamplingType", 0, 0, 1) == 1;
        if (!limits.codecs().supports(codec, tenBit, yuv444)) {
            throw new SdpException(400, codec + (tenBit ? " 10-bit" : "") + (yuv444 ? " 4:4:4" : "") + " is not encoded here");
        }
        int displayRate = number("x-nv-video[0].clientRefreshRateX100", 0, 0, Integer.MAX_VALUE);
        return new StreamConfig.Video(required("x-nv-video[0].clientViewportWd", 1, MAX_DIMENSION),
            required("x-nv-video[0].clientViewportHt", 1, MAX_DIMENSION),
            RefreshRate.milliHertz(maxFps, displayRate), displayRate,
            Math.min(required("x-nv-video[0].packetSize", MIN_PACKET_SIZE, MAX_PACKET_SIZE), limits.maxPacketSize()),
            number("x-ml-video.configuredBitrateKbps", 0, 0, MAX_KBPS),
            required("x-nv-vqos[0].bw.maximumBitrateKbps", 0, MAX_KBPS),
            number("x-nv-vqos[0].fec.minRequiredFecPackets", 0, 0, 255),
            required("x-nv-video[0].videoEncoderSlicesPerFrame", 1, MAX_SLICES),
            codec, tenBit, yuv444,
            required("x-nv-video[0].maxNumReferenceFrames", 0, 16),
            number("x-nv-video[0].encoderCscMode", 0, 0, Integer.MAX_VALUE),
            number("x-ss-video[0].intraRefresh", 0, 0, 1) == 1,
            number("x-nv-vqos[0].qosTrafficType", 5, 0, Integer.MAX_VALUE));
    }

    private StreamConfig.Audio audio(String hostHeader) throws SdpException {
        int channels = required("x-nv-audio.surround.numChannels", 2, 8);
        if (OpusLayout.of(channels, false).isEmpty()) {
            throw new SdpException(400, "x-nv-audio.surround.numChannels=" + channels + " is not 2, 6 or 8");
        }
        boolean high = required("x-nv-audio.surround.AudioQuality", 0, 1) == 1;
        if (channels == 2) {
            // The client's only signal for stereo: it asks for rtsp://0.0.0.0 unless it wants the high rate.
            high = !hostHeader.contains("0.0.0.0");
        }
        int duration = number("x-nv-aqos.packetDuration", 5, 1, 60);
        if (duration != 5 && duration != 10) {
            throw new SdpException(400, "x-nv-aqos.packetDuration=" + duration + " is not 5 or 10");
        }
        return new StreamConfig.Audio(channels, required("x-nv-audio.surround.channelMask", 1, Integer.MAX_VALUE), high, duration,
            number("x-nv-aqos.qosTrafficType", 4, 0, Integer.MAX_VALUE));
    }

    private int required(String name, int min, int max) throws SdpException {
        if (!attributes.containsKey(name)) {
            throw new SdpException(400, name + " is missing");
        }
        return number(name, 0, min, max);
    }

    private int number(String name, int absent, int min, int max) throws SdpException {
        String text = attributes.get(name);
        if (text == null) {
            return absent;
        }
        long value;
        try {
            value = Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new SdpException(400, name + "=" + shown(text) + " is no number");
        }
        if (value < min || value > max) {
            throw new SdpException(400, name + "=" + value + " is not " + min + " to " + max);
        }
        return (int) value;
    }

    private static String shown(String text) {
        return text.length() <= 32 ? text : text.substring(0, 32) + "…";
    }
}
