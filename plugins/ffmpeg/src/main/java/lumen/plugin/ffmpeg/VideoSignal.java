package lumen.plugin.ffmpeg;

import lumen.spi.ColorInfo;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.ffmpeg.global.swscale;

/**
 * The colour description of the stream in FFmpeg's numbers, which are those of ITU-T H.273 and so of
 * the VUI.
 *
 * @param scalerTable number of the matrix for swscale's coefficient tables
 */
record VideoSignal(int primaries, int transfer, int matrix, int range, int scalerTable) {

    static VideoSignal of(ColorInfo color) {
        int range = color.fullRange() ? avutil.AVCOL_RANGE_JPEG : avutil.AVCOL_RANGE_MPEG;
        int primaries = switch (color.primaries()) {
            case BT601 -> avutil.AVCOL_PRI_SMPTE170M;
            case BT709 -> avutil.AVCOL_PRI_BT709;
            case BT2020 -> avutil.AVCOL_PRI_BT2020;
        };
        int transfer = switch (color.transfer()) {
            case SDR -> switch (color.primaries()) {
                case BT601 -> avutil.AVCOL_TRC_SMPTE170M;
                case BT709 -> avutil.AVCOL_TRC_BT709;
                case BT2020 -> avutil.AVCOL_TRC_BT2020_10;
            };
            case PQ -> avutil.AVCOL_TRC_SMPTE2084;
            case HLG -> avutil.AVCOL_TRC_ARIB_STD_B67;
        };
        return switch (color.matrix()) {
            case BT601 -> new VideoSignal(primaries, transfer, avutil.AVCOL_SPC_SMPTE170M, range, swscale.SWS_CS_ITU601);
            case BT709 -> new VideoSignal(primaries, transfer, avutil.AVCOL_SPC_BT709, range, swscale.SWS_CS_ITU709);
            case BT2020 -> new VideoSignal(primaries, transfer, avutil.AVCOL_SPC_BT2020_NCL, range, swscale.SWS_CS_BT2020);
        };
    }
}
