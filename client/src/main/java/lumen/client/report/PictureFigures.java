package lumen.client.report;

/**
 * What the decoded cards showed; meaningful only if pictures were verified.
 *
 * @param compared    pictures compared as a whole with the regenerated card
 * @param lowestPsnr  decibels, of all of them
 * @param meanPsnr    decibels
 * @param worstColor  largest error of a colour bar's or grey step's mean, in 1/255
 * @param awaited     pictures before the first card, while the display settled
 * @param firstCounter card shown by the first picture
 * @param lastCounter card shown by the last picture
 * @param unreadable  pictures whose counter couldn't be read
 * @param skipped     cards that are missing though no frame was lost: the host left them out
 * @param pointerX    where the last picture shows the pointer; -1 if it doesn't
 * @param buttons     pointer buttons that the last picture shows, bit 0 the left one
 * @param lastKey     what the last picture shows as typed: a Linux key code, 0x1000000 plus a code point, or 0
 */
public record PictureFigures(long compared, double lowestPsnr, double meanPsnr, int worstColor, long awaited, long firstCounter, long lastCounter,
                             long unreadable, long skipped, int pointerX, int pointerY, int buttons,
                             int lastKey) {
    /** Nothing was verified. */
    public static final PictureFigures NONE = new PictureFigures(0, 0, 0, 0, 0, -1, -1, 0, 0, -1, -1, 0, 0);
}
