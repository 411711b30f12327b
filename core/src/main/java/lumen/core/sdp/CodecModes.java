package lumen.core.sdp;

/**
 * ServerCodecModeSupport: the one place that knows which profiles the host encodes. /serverinfo's bits,
 * MaxLumaPixelsHEVC and the DESCRIBE markers all derive from it, so they can't disagree.
 *
 * @param bits an {@code SCM_*} mask; H.264 is always in it, since 0 makes clients refuse to start
 */
public record CodecModes(int bits) {
    public static final int H264 = 0x0000_0001;
    public static final int HEVC_MAIN = 0x0000_0100;
    public static final int HEVC_MAIN10 = 0x0000_0200;
    public static final int AV1_MAIN8 = 0x0001_0000;
    public static final int AV1_MAIN10 = 0x0002_0000;
    public static final int H264_HIGH8_444 = 0x0004_0000;
    public static final int HEVC_REXT8_444 = 0x0008_0000;
    public static final int HEVC_REXT10_444 = 0x0010_0000;
    public static final int AV1_HIGH8_444 = 0x0020_0000;
    public static final int AV1_HIGH10_444 = 0x0040_0000;

    private static final int ALL = H264 | HEVC_MAIN | HEVC_MAIN10 | AV1_MAIN8 | AV1_MAIN10 | H264_HIGH8_444 | HEVC_REXT8_444
        | HEVC_REXT10_444 | AV1_HIGH8_444 | AV1_HIGH10_444;
    private static final int ANY_HEVC = HEVC_MAIN | HEVC_MAIN10 | HEVC_REXT8_444 | HEVC_REXT10_444;
    private static final int ANY_AV1 = AV1_MAIN8 | AV1_MAIN10 | AV1_HIGH8_444 | AV1_HIGH10_444;

    public CodecModes {
        if ((bits & H264) == 0 || (bits & ~ALL) != 0) {
            throw new IllegalArgumentException("codec modes 0x" + Integer.toHexString(bits) + " lack H.264 or have unknown bits");
        }
    }

    public boolean hevc() {
        return (bits & ANY_HEVC) != 0;
    }

    public boolean av1() {
        return (bits & ANY_AV1) != 0;
    }

    /** 0 makes clients drop HEVC altogether; the other value is the one that Sunshine sends. */
    public long maxLumaPixelsHevc() {
        return hevc() ? 1_869_449_984L : 0;
    }

    /** Whether exactly that profile can be encoded; there is no 10-bit H.264. */
    public boolean supports(StreamCodec codec, boolean tenBit, boolean yuv444) {
        int bit = switch (codec) {
            case H264 -> tenBit ? 0 : yuv444 ? H264_HIGH8_444 : H264;
            case HEVC -> tenBit ? yuv444 ? HEVC_REXT10_444 : HEVC_MAIN10 : yuv444 ? HEVC_REXT8_444 : HEVC_MAIN;
            case AV1 -> tenBit ? yuv444 ? AV1_HIGH10_444 : AV1_MAIN10 : yuv444 ? AV1_HIGH8_444 : AV1_MAIN8;
        };
        return (bits & bit) != 0;
    }
}
