package lumen.core.control;

/**
 * Mastering display and content light, as SMPTE ST 2086 and CTA-861.3 have them.
 *
 * @param redX                      chromaticities in units of 1/50000
 * @param maxDisplayLuminance       nits
 * @param minDisplayLuminance       1/10000 nit
 * @param maxContentLightLevel      nits
 * @param maxFrameAverageLightLevel nits
 * @param maxFullFrameLuminance     nits
 */
public record HdrMetadata(int redX, int redY, int greenX, int greenY, int blueX, int blueY, int whiteX, int whiteY,
                          int maxDisplayLuminance, int minDisplayLuminance, int maxContentLightLevel,
                          int maxFrameAverageLightLevel, int maxFullFrameLuminance) {
    /** All zero: nothing is known, as for SDR. */
    public static final HdrMetadata NONE = new HdrMetadata(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
}
