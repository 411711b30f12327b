package lumen.core.sdp;

/** The codec families, by their bitStreamFormat number on the wire. */
public enum StreamCodec {
    H264, HEVC, AV1;

    /** bitStreamFormat: 0, 1 or 2. */
    public int wireValue() {
        return ordinal();
    }
}
