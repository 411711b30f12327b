package lumen.client.report;

/**
 * What client and host agreed on.
 *
 * @param packetSize as announced: less 32 with video encryption
 */
public record Negotiated(int width, int height, int fps, int bitrateKbps, int packetSize, int slices,
                         boolean rtspEncrypted, boolean videoEncrypted, boolean audioEncrypted, int videoPort,
                         int audioPort, int controlPort, boolean referenceInvalidation) {
}
