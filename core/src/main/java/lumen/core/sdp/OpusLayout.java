package lumen.core.sdp;

import java.util.Optional;

/**
 * An Opus multistream layout and its text in DESCRIBE. Channels are in the client's order FL FR C LFE RL RR
 * SL SR; pairs that belong together are coupled, centre and LFE are not.
 *
 * @param mapping one digit a channel: which decoded Opus channel it takes; the encoder must be made with it
 */
public record OpusLayout(int channels, int streams, int coupled, String mapping) {
    public static final OpusLayout STEREO = new OpusLayout(2, 1, 1, "01");
    public static final OpusLayout SURROUND_51 = new OpusLayout(6, 4, 2, "014523");
    public static final OpusLayout SURROUND_51_HIGH = new OpusLayout(6, 6, 0, "012345");
    public static final OpusLayout SURROUND_71 = new OpusLayout(8, 5, 3, "01672345");
    public static final OpusLayout SURROUND_71_HIGH = new OpusLayout(8, 8, 0, "01234567");

    private static final int LFE = 3;

    /** The layout of a stream. */
    public static Optional<OpusLayout> of(int channels, boolean high) {
        return switch (channels) {
            case 2 -> Optional.of(STEREO);
            case 6 -> Optional.of(high ? SURROUND_51_HIGH : SURROUND_51);
            case 8 -> Optional.of(high ? SURROUND_71_HIGH : SURROUND_71);
            default -> Optional.empty();
        };
    }

    /**
     * Digits of the normal-quality line. Clients move its last mapping digit to position 3 (they expect an old
     * order with the LFE last), so element 3 goes to the end here.
     */
    public String normalLine() {
        if (channels <= 2) {
            return highLine();
        }
        return prefix() + mapping.substring(0, LFE) + mapping.substring(LFE + 1) + mapping.charAt(LFE);
    }

    /** Digits of the high-quality line, which clients use as written. */
    public String highLine() {
        return prefix() + mapping;
    }

    /**
     * Client side: reads a line's digits.
     *
     * @param rotate whether this is the first matching line, whose last digit belongs at position 3
     */
    static OpusLayout read(String digits, int channels, boolean rotate) throws SdpException {
        int length = 3 + channels;
        if (digits.length() < length || !digits.substring(0, length).chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new SdpException(400, "surround-params has too few digits");
        }
        String mapping = digits.substring(3, length);
        if (rotate && channels > 2) {
            mapping = mapping.substring(0, LFE) + mapping.charAt(channels - 1) + mapping.substring(LFE, channels - 1);
        }
        return new OpusLayout(channels, digits.charAt(1) - '0', digits.charAt(2) - '0', mapping);
    }

    private String prefix() {
        return "" + channels + streams + coupled;
    }
}
