package lumen.core.sdp;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;

/** Client side: the ANNOUNCE body in the stock client's order and form, a blank before each CRLF included. */
public final class AnnounceWriter {
    private final StringBuilder text = new StringBuilder(2048);

    private AnnounceWriter() {
    }

    /**
     * @param local the client's address, for the {@code o=} line
     * @param videoPort of the SETUP answer
     * @param remote whether the host is behind the internet: less bitrate, no QoS marks
     */
    public static byte[] write(StreamConfig config, InetAddress local, int videoPort, boolean remote) {
        return new AnnounceWriter().body(config, local, videoPort, remote).getBytes(StandardCharsets.ISO_8859_1);
    }

    private String body(StreamConfig config, InetAddress local, int videoPort, boolean remote) {
        StreamConfig.Video video = config.video();
        StreamConfig.Audio audio = config.audio();
        int kbps = video.configuredBitrateKbps() > 0
            ? BitrateBudget.clientKbps(video.configuredBitrateKbps(), remote) : video.maximumBitrateKbps();
        text.append("v=0\r\no=android 0 14 IN ").append(local instanceof Inet6Address ? "IPv6 " : "IPv4 ")
            .append(local.getHostAddress()).append("\r\ns=NVIDIA Streaming Client\r\n");
        attribute("x-ml-general.featureFlags", config.featureFlags());
        attribute("x-ss-general.encryptionEnabled", config.encryptionEnabled());
        attribute("x-ss-video[0].chromaSamplingType", video.yuv444() ? 1 : 0);
        attribute("x-nv-video[0].clientViewportWd", video.width());
        attribute("x-nv-video[0].clientViewportHt", video.height());
        attribute("x-nv-video[0].maxFPS", (video.refreshMilliHertz() + 500) / 1000);
        attribute("x-nv-video[0].packetSize", video.packetSize());
        attribute("x-nv-video[0].rateControlMode", 4);
        attribute("x-nv-video[0].timeoutLengthMs", 7000);
        attribute("x-nv-video[0].framesWithInvalidRefThreshold", 0);
        attribute("x-nv-video[0].initialBitrateKbps", kbps);
        attribute("x-nv-video[0].initialPeakBitrateKbps", kbps);
        attribute("x-nv-vqos[0].bw.minimumBitrateKbps", kbps);
        attribute("x-nv-vqos[0].bw.maximumBitrateKbps", kbps);
        attribute("x-ml-video.configuredBitrateKbps", video.configuredBitrateKbps());
        attribute("x-nv-vqos[0].fec.enable", 1);
        attribute("x-nv-vqos[0].videoQualityScoreUpdateTime", 5000);
        attribute("x-nv-vqos[0].qosTrafficType", remote ? 0 : video.qosTrafficType());
        attribute("x-nv-aqos.qosTrafficType", remote ? 0 : audio.qosTrafficType());
        attribute("x-nv-general.featureFlags", config.generalFeatureFlags());
        attribute("x-nv-general.useReliableUdp", config.useReliableUdp());
        attribute("x-nv-vqos[0].fec.minRequiredFecPackets", video.minRequiredFecPackets());
        attribute("x-nv-vqos[0].bllFec.enable", 0);
        attribute("x-nv-vqos[0].drc.enable", 0);
        attribute("x-nv-general.enableRecoveryMode", 0);
        attribute("x-nv-video[0].videoEncoderSlicesPerFrame", video.slicesPerFrame());
        if (video.codec() != StreamCodec.AV1) {
            attribute("x-nv-clientSupportHevc", video.codec() == StreamCodec.HEVC ? 1 : 0);
        }
        attribute("x-nv-vqos[0].bitStreamFormat", video.codec().wireValue());
        attribute("x-nv-video[0].dynamicRangeMode", video.tenBit() ? 1 : 0);
        attribute("x-nv-video[0].maxNumReferenceFrames", video.maxReferenceFrames());
        attribute("x-nv-video[0].clientRefreshRateX100", video.displayRefreshX100());
        attribute("x-nv-audio.surround.numChannels", audio.channels());
        attribute("x-nv-audio.surround.channelMask", audio.channelMask());
        attribute("x-nv-audio.surround.enable", audio.channels() > 2 ? 1 : 0);
        attribute("x-nv-audio.surround.AudioQuality", audio.channels() > 2 && audio.highQuality() ? 1 : 0);
        attribute("x-nv-aqos.packetDuration", audio.packetDurationMillis());
        attribute("x-nv-video[0].encoderCscMode", video.cscMode());
        if (video.intraRefresh()) {
            attribute("x-ss-video[0].intraRefresh", 1);
        }
        return text.append("t=0 0\r\nm=video ").append(videoPort).append("  \r\n").toString();
    }

    private void attribute(String name, int value) {
        text.append("a=").append(name).append(':').append(value).append(" \r\n");
    }
}
