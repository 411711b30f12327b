package lumen.host.control;

/**
 * How a client's control stream fares.
 *
 * @param roundTripMillis         mean round trip time
 * @param roundTripVarianceMillis its mean deviation
 * @param retransmissions         commands sent again
 * @param messages                genuine messages received
 * @param blocksRecovered         FEC blocks the client reported as recovered
 * @param blocksLost              FEC blocks the client reported as lost
 */
public record ControlStatistics(int roundTripMillis, int roundTripVarianceMillis, long retransmissions, long messages,
                                long blocksRecovered, long blocksLost) {
}
