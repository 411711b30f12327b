package lumen.client.report;

import java.util.List;
import java.util.Map;

/**
 * Sound of one cycle.
 *
 * @param packets          decoded
 * @param datagrams        that arrived, parity included
 * @param droppedOnPurpose of those, taken away by the loss model
 * @param lost             concealed
 * @param rms              root mean square of each channel, full scale 1
 * @param discontinuities  jumps of the tone's phase that no lost packet explains
 * @param explained        jumps at lost packets
 * @param frequencyError   hertz, largest of all channels; 0 unless verified
 * @param phaseError       radians, largest; 0 unless verified
 * @param dropped          the depacketizer's counters by reason
 */
public record AudioFigures(long packets, long datagrams, long droppedOnPurpose, long recovered, long lost,
                           List<Double> rms, long discontinuities, long explained, double frequencyError,
                           double phaseError, Map<String, Long> dropped) {
}
