/**
 * Everything a backend implements and the value types it exchanges with the host.
 *
 * <p>Frame path of a session, one direction:
 * {@link lumen.spi.VirtualDisplay} → {@link lumen.spi.Capturer} → {@link lumen.spi.FrameImporter} →
 * {@link lumen.spi.Encoder}. Sound comes from an {@link lumen.spi.AudioSource}, keys and pointer go to
 * an {@link lumen.spi.InputSink}.
 *
 * <p>Common rules. Whoever opens an object closes it; {@code close()} is idempotent and never throws.
 * Times are {@code CLOCK_MONOTONIC} nanoseconds ({@link java.lang.System#nanoTime()}). Pixels are
 * counted from the top left. No method returns {@code null} unless it says so.
 */
package lumen.spi;
