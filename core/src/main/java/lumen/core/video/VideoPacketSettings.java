package lumen.core.video;

/**
 * What both ends agreed about video datagrams.
 *
 * @param packetSize     the client's {@code x-nv-video[0].packetSize}: shard size less 16, a multiple of 16
 * @param fecPercentage  parity for each 100 data shards, 0 to 255
 * @param minimumParity  the client's {@code minRequiredFecPackets}; more than 2 counts as 2
 * @param key            16 bytes if video is encrypted, else {@code null}; not copied
 */
public record VideoPacketSettings(int packetSize, int fecPercentage, int minimumParity, byte[] key) {
    /** Below this a shard has no payload; above it no datagram could pass an Ethernet. */
    public static final int MIN_PACKET_SIZE = 64;
    /** Jumbo frames. */
    public static final int MAX_PACKET_SIZE = 8960;

    public VideoPacketSettings {
        if (packetSize < MIN_PACKET_SIZE || packetSize > MAX_PACKET_SIZE || packetSize % 16 != 0) {
            throw new IllegalArgumentException("video packet size " + packetSize + ", allowed: multiples of 16 from "
                    + MIN_PACKET_SIZE + " to " + MAX_PACKET_SIZE);
        }
    }

    /** Bytes of a shard with its header. */
    public int shardLength() {
        return packetSize + 16;
    }

    /** Bytes of an access unit in each shard. */
    public int payloadLength() {
        return packetSize - 16;
    }

    /** Bytes in front of the shard in its datagram: 0, or 32 if encrypted. */
    public int prefixLength() {
        return key == null ? 0 : SealedShard.PREFIX;
    }

    /** Bytes of every UDP datagram. */
    public int datagramLength() {
        return prefixLength() + shardLength();
    }

    /** Data shards of an access unit. */
    public int dataShards(long accessUnitLength) {
        return (int) Math.min(Integer.MAX_VALUE,
                (FrameHeader.LENGTH + accessUnitLength + payloadLength() - 1) / payloadLength());
    }
}
