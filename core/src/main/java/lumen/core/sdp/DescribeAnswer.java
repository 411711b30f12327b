package lumen.core.sdp;

import java.util.List;

/**
 * The body of the DESCRIBE answer: what the host can do for this client. The client searches it for
 * substrings, so each marker must be absent when it isn't meant (control plane, section 7.1).
 *
 * @param featureFlags {@link #PEN_TOUCH} and {@link #CONTROLLER_TOUCH}, only what the input back end can do
 * @param encryptionSupported {@link EncryptionPolicy} bits
 * @param encryptionRequested {@link EncryptionPolicy} bits
 * @param referenceInvalidation whether the encoder can drop references on request
 */
public record DescribeAnswer(int featureFlags, int encryptionSupported, int encryptionRequested, boolean referenceInvalidation,
    boolean hevc, boolean av1) {
    public static final int PEN_TOUCH = 1;
    public static final int CONTROLLER_TOUCH = 2;

    static final String HEVC_MARKER = "sprop-parameter-sets=AAAAAU";
    static final String AV1_MARKER = "AV1/90000";
    static final String INVALIDATION_MARKER = "x-nv-video[0].refPicInvalidation";
    static final String SURROUND_MARKER = "surround-params=";

    /** The answer for a host of these abilities to a peer under this policy. */
    public static DescribeAnswer of(CodecModes codecs, EncryptionPolicy policy, int featureFlags, boolean referenceInvalidation) {
        return new DescribeAnswer(featureFlags, policy.supported(), policy.requested(), referenceInvalidation,
            codecs.hevc(), codecs.av1());
    }

    /** The body's text, lines ended by LF. */
    public String encode() {
        StringBuilder text = new StringBuilder(512);
        line(text, "a=x-ss-general.featureFlags:" + featureFlags);
        line(text, "a=x-ss-general.encryptionSupported:" + encryptionSupported);
        line(text, "a=x-ss-general.encryptionRequested:" + encryptionRequested);
        if (referenceInvalidation) {
            line(text, "a=" + INVALIDATION_MARKER + ":1");
        }
        if (hevc) {
            line(text, HEVC_MARKER);
        }
        if (av1) {
            line(text, "a=rtpmap:98 " + AV1_MARKER);
        }
        for (String digits : surroundLines()) {
            line(text, "a=fmtp:97 " + SURROUND_MARKER + digits);
        }
        return text.toString();
    }

    /** Normal quality, then high quality, for each channel count. */
    private static List<String> surroundLines() {
        return List.of(OpusLayout.STEREO.normalLine(), OpusLayout.STEREO.highLine(),
            OpusLayout.SURROUND_51.normalLine(), OpusLayout.SURROUND_51_HIGH.highLine(),
            OpusLayout.SURROUND_71.normalLine(), OpusLayout.SURROUND_71_HIGH.highLine());
    }

    private static void line(StringBuilder text, String line) {
        text.append(line).append('\n');
    }
}
