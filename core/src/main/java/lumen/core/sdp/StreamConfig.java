package lumen.core.sdp;

/**
 * The stream a client announced, validated. Every attribute that means something to a host, under the
 * client's own names (control plane, section 8.2).
 *
 * @param featureFlags x-ml-general: {@link #CLIENT_FEC_STATUS}, {@link #CLIENT_SESSION_IDS}
 * @param encryptionEnabled {@link EncryptionPolicy} bits in use
 * @param generalFeatureFlags x-nv-general: bit 0x20 forces audio encryption for old clients
 * @param useReliableUdp 13 = encrypted control protocol: plain control messages are dropped then
 */
public record StreamConfig(Video video, Audio audio, int featureFlags, int encryptionEnabled, int generalFeatureFlags,
    int useReliableUdp) {
    public static final int CLIENT_FEC_STATUS = 1;
    public static final int CLIENT_SESSION_IDS = 2;
    public static final int AUDIO_ENCRYPTION_FLAG = 0x20;
    public static final int ENCRYPTED_CONTROL = 13;

    /**
     * The picture.
     *
     * @param width pixels
     * @param height pixels
     * @param refreshMilliHertz frame rate, 59940 for 59.94 Hz
     * @param displayRefreshX100 the client's display rate × 100 as sent; 0 unknown
     * @param packetSize bytes of a video packet's payload; never to be exceeded
     * @param configuredBitrateKbps the user's setting; 0 from old clients
     * @param maximumBitrateKbps already reduced by the client; used only without the former
     * @param minRequiredFecPackets least parity packets a frame
     * @param slicesPerFrame at least 1
     * @param tenBit dynamicRangeMode 1
     * @param maxReferenceFrames 0 = the host's choice
     * @param cscMode (matrix &lt;&lt; 1) | full range; see {@link ColorChoice}
     * @param qosTrafficType ≠ 0: mark the packets
     */
    public record Video(int width, int height, int refreshMilliHertz, int displayRefreshX100, int packetSize, int configuredBitrateKbps,
        int maximumBitrateKbps, int minRequiredFecPackets, int slicesPerFrame, StreamCodec codec, boolean tenBit, boolean yuv444,
        int maxReferenceFrames, int cscMode, boolean intraRefresh, int qosTrafficType) {
    }

    /**
     * The sound.
     *
     * @param channels 2, 6 or 8
     * @param highQuality for stereo decided by the Host header, else AudioQuality
     * @param packetDurationMillis 5 or 10
     */
    public record Audio(int channels, int channelMask, boolean highQuality, int packetDurationMillis, int qosTrafficType) {
        /** The layout to make the encoder with. */
        public OpusLayout layout() {
            return OpusLayout.of(channels, highQuality).orElseThrow();
        }

        /** Total Opus bitrate in bit/s that Sunshine takes for this mode. */
        public int bitsPerSecond() {
            return 1000 * switch (channels) {
                case 6 -> highQuality ? 1536 : 256;
                case 8 -> highQuality ? 2048 : 450;
                default -> highQuality ? 512 : 96;
            };
        }
    }

    public boolean controlEncrypted() {
        return useReliableUdp == ENCRYPTED_CONTROL;
    }

    /** Control protocol V2 (12-byte initialisation vectors) rather than V1. */
    public boolean controlV2() {
        return (encryptionEnabled & EncryptionPolicy.CONTROL_V2) != 0;
    }

    public boolean videoEncrypted() {
        return (encryptionEnabled & EncryptionPolicy.VIDEO) != 0;
    }

    public boolean audioEncrypted() {
        return (encryptionEnabled & EncryptionPolicy.AUDIO) != 0 || (generalFeatureFlags & AUDIO_ENCRYPTION_FLAG) != 0;
    }

    /** Pings and the control connection carry the session's own values rather than only an address. */
    public boolean sessionIds() {
        return (featureFlags & CLIENT_SESSION_IDS) != 0;
    }

    /** Encoder bitrate in kbit/s for that FEC percentage. */
    public int encoderKbps(int fecPercent) {
        return BitrateBudget.encoderKbps(video.configuredBitrateKbps, video.maximumBitrateKbps, audio.channels, audio.highQuality, fecPercent);
    }
}
