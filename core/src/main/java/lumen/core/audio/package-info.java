/**
 * The audio stream on the wire, both ways: RTP packets of one Opus packet each, two parity packets for
 * every four, AES-CBC. Layouts and Opus configurations follow streams.md 2.
 */
package lumen.core.audio;
