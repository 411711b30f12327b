/**
 * The encoder backend on FFmpeg: opens libx264 for low delay, converts or scales captured pixels to
 * NV12 in the encoder's own frame, and hands out access units without allocating.
 */
package lumen.plugin.ffmpeg;
