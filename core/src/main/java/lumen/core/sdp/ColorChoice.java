package lumen.core.sdp;

/**
 * The colours to encode with, from encoderCscMode, dynamicRangeMode and the display: a wrong matrix shows as
 * wrong colours on the client.
 */
public record ColorChoice(Matrix matrix, boolean pq, boolean fullRange) {
    /** Colour matrix and primaries. */
    public enum Matrix { REC_601, REC_709, REC_2020 }

    /** @param hdrDisplay whether the captured display shows BT.2020 PQ now */
    public static ColorChoice of(int cscMode, boolean tenBit, boolean hdrDisplay) {
        boolean fullRange = (cscMode & 1) != 0;
        if (tenBit && hdrDisplay) {
            return new ColorChoice(Matrix.REC_2020, true, fullRange);
        }
        Matrix matrix = switch (cscMode >> 1) {
            case 0 -> Matrix.REC_601;
            case 2 -> tenBit ? Matrix.REC_2020 : Matrix.REC_709;
            default -> Matrix.REC_709;
        };
        return new ColorChoice(matrix, false, fullRange);
    }
}
