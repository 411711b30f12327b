package lumen.client.report;

/**
 * Durations in milliseconds.
 *
 * @param hostField        the processing time that the host writes into each frame
 * @param renderToDecoded  from the card's timestamp to the decoded picture; both machines are one
 * @param completeToDecoded from the frame's last needed datagram to the decoded picture
 * @param frameInterval    between complete frames
 * @param roundTrip        of the control connection, at the end
 */
public record LatencyFigures(Percentiles hostField, Percentiles renderToDecoded, Percentiles completeToDecoded,
                             Percentiles frameInterval, int roundTrip) {
}
