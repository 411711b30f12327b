package lumen.client.report;

/**
 * Frames of one cycle.
 *
 * @param received   frames of which anything was seen, lost ones included
 * @param complete   handed to the decoder's queue
 * @param lost       given up
 * @param undecodable arrived, but before the first IDR or behind a loss
 * @param idr        key frames
 * @param decoded    pictures the decoder gave
 * @param failed     frames the decoder gave no picture for
 * @param skipped    thrown away because the decoder was too slow
 * @param verified   equal to the card regenerated from their counter
 * @param repeated   show the same card as the one before
 * @param framesPerSecond of complete frames, between the first and the last
 */
public record FrameFigures(long received, long complete, long lost, long undecodable, long idr, long decoded,
                           long failed, long skipped, long verified, long repeated, double framesPerSecond) {
}
