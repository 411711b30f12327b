package lumen.client.report;

import java.util.Map;

/**
 * Video datagrams of one cycle.
 *
 * @param received   that arrived
 * @param droppedOnPurpose of those, taken away by the loss model
 * @param recovered  data shards computed from parity
 * @param megabitsPerSecond of everything that arrived, between the first and the last frame
 * @param dropped    the depacketizer's counters by reason
 */
public record PacketFigures(long received, long droppedOnPurpose, long recovered, double megabitsPerSecond,
                            Map<String, Long> dropped) {
}
