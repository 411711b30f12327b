package lumen.core.sdp;

import java.util.Optional;

/**
 * Reads a DESCRIBE body as the stock client does: substring searches, first hit wins, numbers with their
 * base by prefix. Pure; any thread.
 */
public final class DescribeReader {
    private DescribeReader() {
    }

    /**
     * What a client learns.
     *
     * @param normal layout of the first matching surround line; empty for stereo
     * @param high layout of the second one
     */
    public record HostAbilities(boolean hevc, boolean av1, boolean referenceInvalidation, int featureFlags,
        int encryptionSupported, int encryptionRequested, Optional<OpusLayout> normal, Optional<OpusLayout> high) {
    }

    /** @param channels 2, 6 or 8, as the client asked for in its launch */
    public static HostAbilities read(String body, int channels) throws SdpException {
        Optional<OpusLayout> normal = Optional.empty();
        Optional<OpusLayout> high = Optional.empty();
        if (channels > 2) {
            String wanted = DescribeAnswer.SURROUND_MARKER + channels;
            int first = body.indexOf(wanted);
            if (first < 0) {
                throw new SdpException(400, "no surround-params line for " + channels + " channels");
            }
            normal = Optional.of(OpusLayout.read(digits(body, first), channels, true));
            int second = body.indexOf(wanted, first + wanted.length());
            if (second >= 0) {
                high = Optional.of(OpusLayout.read(digits(body, second), channels, false));
            }
        }
        return new HostAbilities(body.contains(DescribeAnswer.HEVC_MARKER), body.contains(DescribeAnswer.AV1_MARKER),
            body.contains(DescribeAnswer.INVALIDATION_MARKER), number(body, "x-ss-general.featureFlags"),
            number(body, "x-ss-general.encryptionSupported"), number(body, "x-ss-general.encryptionRequested"), normal, high);
    }

    private static String digits(String body, int at) {
        int from = at + DescribeAnswer.SURROUND_MARKER.length();
        return body.substring(from, Math.min(body.length(), from + 16));
    }

    /** The number after the next colon; 0 if the name or the number is missing. */
    private static int number(String body, String name) throws SdpException {
        int at = body.indexOf(name);
        int colon = at < 0 ? -1 : body.indexOf(':', at);
        if (colon < 0) {
            return 0;
        }
        int end = colon + 1;
        while (end < body.length() && Character.digit(body.charAt(end), 10) >= 0) {
            end++;
        }
        try {
            return end == colon + 1 ? 0 : Integer.parseUnsignedInt(body, colon + 1, end, 10);
        } catch (NumberFormatException e) {
            throw new SdpException(400, name + " is no 32-bit number");
        }
    }
}
