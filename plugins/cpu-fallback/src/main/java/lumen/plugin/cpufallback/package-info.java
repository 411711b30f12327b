/**
 * {@link lumen.plugin.cpufallback.CpuImporter} hands memory frames through without a copy and maps dmabufs whose
 * rows lie in plain order. Tiled ones are refused: their bytes are not a picture to the CPU.
 */
package lumen.plugin.cpufallback;
