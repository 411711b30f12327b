package lumen.client.report;

/**
 * What the decoded cards showed; meaningful only if pictures were verified.
 *
 * @param compared    pictures compared as a whole with the regenerated card
 * @param lowestPsnr  decibels, of all of them
 * @param meanPsnr    decibels
 * @param firstCounter card shown by the first picture
 * @param lastCounter card shown by the last picture
 * @param unreadable  pictures whose counter couldn't be read
 * @param unexplainedGaps counters that were skipped though no frame was lost
 * @param pointerX    where the last picture shows the pointer; -1 if it doesn't
 * @param lastKey     the key that the last picture shows; -1 if none
 */
public record PictureFigures(long compared, double lowestPsnr, double meanPsnr, long firstCounter, long lastCounter,
                             long unreadable, long unexplainedGaps, int pointerX, int pointerY, int lastKey) {
    /** Nothing was verified. */
    public static final PictureFigures NONE = new PictureFigures(0, 0, 0, -1, -1, 0, 0, -1, -1, -1);
}
