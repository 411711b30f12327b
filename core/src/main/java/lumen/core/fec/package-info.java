/**
 * Erasure code over GF(2^8) for video and audio. {@link lumen.core.fec.ErasureCode} builds the matrices;
 * a {@link lumen.core.fec.MatrixKernel} does the bytes: the scalar one is the specification, the vector
 * ones are the product, chosen by {@link lumen.core.fec.FecKernels}.
 */
package lumen.core.fec;
