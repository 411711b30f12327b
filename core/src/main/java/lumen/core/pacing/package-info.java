/**
 * When things happen: when each datagram of a frame leaves ({@link lumen.core.pacing.PacingPlan}) and when
 * a frame is encoded or repeated ({@link lumen.core.pacing.FrameCadence}). No clock: time comes in.
 */
package lumen.core.pacing;
