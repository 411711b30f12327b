package lumen.plugin.ffmpeg;

import lumen.spi.BackendException;

/**
 * Where {@code AVCUDADeviceContext} has its fields (libavutil/hwcontext_cuda.h), which JavaCPP doesn't bind.
 *
 * @param context  {@code CUcontext cuda_ctx}
 * @param stream   {@code CUstream stream}
 * @param internal FFmpeg's own, filled when the device is initialised
 * @param size     of the struct
 */
record CudaDeviceLayout(long context, long stream, long internal, long size) {
    private static final int OLDEST = 57;
    private static final int NEWEST = 60;

    /** @throws BackendException if that major version of libavutil isn't known: the struct may have changed */
    static CudaDeviceLayout of(int major) {
        if (major < OLDEST || major > NEWEST) {
            throw new BackendException("the layout of AVCUDADeviceContext is known for libavutil " + OLDEST + " to " + NEWEST
                    + ", not " + major);
        }
        return new CudaDeviceLayout(0, 8, 16, 24);
    }
}
