package lumen.core.video;

/**
 * How one FEC block fared that needed recovery or was given up: what a client tells its host
 * (streams.md 6.2). Sequence numbers are RTP's, 16 bits.
 *
 * @param nextContiguousSequence the first shard of the block that is missing
 * @param missingBeforeHighest   shards missing below the highest that was received
 */
public record BlockReport(int frameIndex, int highestReceivedSequence, int nextContiguousSequence,
                          int missingBeforeHighest, int dataShards, int parityShards, int receivedData,
                          int receivedParity, int fecPercentage, int block, int blocks) {
}
