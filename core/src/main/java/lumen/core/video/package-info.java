/**
 * The video stream on the wire, both ways: {@link lumen.core.video.Packetizer} turns access units into
 * datagrams with parity, {@link lumen.core.video.Depacketizer} turns datagrams back into access units.
 * Layouts follow streams.md 1.
 */
package lumen.core.video;
