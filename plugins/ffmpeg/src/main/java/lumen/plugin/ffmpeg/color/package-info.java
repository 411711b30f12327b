/**
 * RGB to NV12 conversion on the CPU. The scalar kernel is the specification; the vector kernel gives
 * the same bytes faster and takes over once it has been compiled.
 */
package lumen.plugin.ffmpeg.color;
