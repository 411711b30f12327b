/**
 * The CUDA driver API ({@code cuda.h}, 11.4 and later). Nothing here waits without a limit, and nothing that is called for
 * each frame allocates. Unless said otherwise a method is called with its context current on the thread.
 */
package lumen.cuda;
