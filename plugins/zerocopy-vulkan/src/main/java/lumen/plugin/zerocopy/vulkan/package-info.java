/**
 * Dmabufs read by a GPU: LINEAR ones as buffers, tiled ones as images with their DRM modifier, each imported once and
 * copied, per frame, to a staging buffer of ours; from there to a pooled CUDA buffer, or read by the CPU.
 */
package lumen.plugin.zerocopy.vulkan;
