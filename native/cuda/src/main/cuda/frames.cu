// Kernels over packed RGB pictures of 8 or 10 bits a colour, 4 bytes a pixel. frames.ptx is made from this file by compile.
typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;

// The weights of lumen.plugin.ffmpeg.color.Coefficients.
struct Weights {
    int yr, yg, yb, yOffset, ur, ug, ub, vr, vg, vb, cOffset;
};

template <int BITS> static __device__ __forceinline__ int part(u32 pixel, int shift) {
    return pixel >> shift & ((1 << BITS) - 1);
}

// One thread makes two by two luma samples and their pair of chroma samples; odd edges are repeated.
template <int BITS, typename SAMPLE, int UP> static __device__ __forceinline__ void ycbcr(
        const u8 *rgb, int pitch, int width, int height, int redFirst, u8 *luma, int lumaPitch, u8 *chroma, int chromaPitch, Weights w) {
    int x = (blockIdx.x * blockDim.x + threadIdx.x) * 2;
    int y = (blockIdx.y * blockDim.y + threadIdx.y) * 2;
    if (x >= width || y >= height) {
        return;
    }
    int red = redFirst ? 0 : 2 * BITS;
    int blue = 2 * BITS - red;
    int nextX = min(x + 1, width - 1);
    const u8 *top = rgb + (size_t) y * pitch;
    const u8 *bottom = rgb + (size_t) min(y + 1, height - 1) * pitch;
    u32 p[4] = {((const u32 *) top)[x], ((const u32 *) top)[nextX], ((const u32 *) bottom)[x], ((const u32 *) bottom)[nextX]};
    int sumR = 0, sumG = 0, sumB = 0;
    int s[4];
    #pragma unroll
    for (int i = 0; i < 4; i++) {
        int r = part<BITS>(p[i], red), g = part<BITS>(p[i], BITS), b = part<BITS>(p[i], blue);
        s[i] = (w.yr * r + w.yg * g + w.yb * b + w.yOffset >> 16) << UP;
        sumR += r;
        sumG += g;
        sumB += b;
    }
    SAMPLE *first = (SAMPLE *) (luma + (size_t) y * lumaPitch) + x;
    SAMPLE *second = (SAMPLE *) (luma + (size_t) (y + 1) * lumaPitch) + x;
    first[0] = (SAMPLE) s[0];
    first[1] = (SAMPLE) s[1];
    second[0] = (SAMPLE) s[2];
    second[1] = (SAMPLE) s[3];
    SAMPLE *pair = (SAMPLE *) (chroma + (size_t) (y / 2) * chromaPitch) + x;
    int top_code = (1 << BITS) - 1;
    pair[0] = (SAMPLE) (min(w.ur * sumR + w.ug * sumG + w.ub * sumB + w.cOffset >> 18, top_code) << UP);
    pair[1] = (SAMPLE) (min(w.vr * sumR + w.vg * sumG + w.vb * sumB + w.cOffset >> 18, top_code) << UP);
}

#define YCBCR_PARAMETERS const u8 *rgb, int pitch, int width, int height, int redFirst, u8 *luma, int lumaPitch, u8 *chroma, \
    int chromaPitch, int yr, int yg, int yb, int yOffset, int ur, int ug, int ub, int vr, int vg, int vb, int cOffset
#define YCBCR_ARGUMENTS rgb, pitch, width, height, redFirst, luma, lumaPitch, chroma, chromaPitch, \
    Weights{yr, yg, yb, yOffset, ur, ug, ub, vr, vg, vb, cOffset}

extern "C" __global__ void nv12(YCBCR_PARAMETERS) {
    ycbcr<8, u8, 0>(YCBCR_ARGUMENTS);
}

// Samples in the upper 10 of 16 bits.
extern "C" __global__ void p010(YCBCR_PARAMETERS) {
    ycbcr<10, u16, 6>(YCBCR_ARGUMENTS);
}

// A premultiplied BGRA bitmap over a rectangle of the picture that lies inside both.
template <int BITS> static __device__ __forceinline__ void over(u8 *picture, int pitch, int redFirst, int left, int top, int columns, int rows,
        const u32 *bitmap, int bitmapWidth, int bitmapX, int bitmapY) {
    int x = blockIdx.x * blockDim.x + threadIdx.x;
    int y = blockIdx.y * blockDim.y + threadIdx.y;
    if (x >= columns || y >= rows) {
        return;
    }
    u32 source = bitmap[(size_t) (bitmapY + y) * bitmapWidth + bitmapX + x];
    int alpha = source >> 24;
    if (alpha == 0) {
        return;
    }
    u32 *pixel = (u32 *) (picture + (size_t) (top + y) * pitch) + left + x;
    u32 target = *pixel;
    u32 out = target & ~((1u << 3 * BITS) - 1);
    int most = (1 << BITS) - 1;
    #pragma unroll
    for (int i = 0; i < 3; i++) {
        // The bitmap's blue is its lowest byte.
        int shift = redFirst ? (2 - i) * BITS : i * BITS;
        int colour = source >> 8 * i & 255;
        if (BITS == 10) {
            colour = (colour * 1023 + 127) / 255;
        }
        int sum = colour + (part<BITS>(target, shift) * (255 - alpha) + 127) / 255;
        out |= (u32) min(sum, most) << shift;
    }
    *pixel = out;
}

#define OVER_PARAMETERS u8 *picture, int pitch, int redFirst, int left, int top, int columns, int rows, const u32 *bitmap, \
    int bitmapWidth, int bitmapX, int bitmapY
#define OVER_ARGUMENTS picture, pitch, redFirst, left, top, columns, rows, bitmap, bitmapWidth, bitmapX, bitmapY

extern "C" __global__ void cursor8(OVER_PARAMETERS) {
    over<8>(OVER_ARGUMENTS);
}

extern "C" __global__ void cursor10(OVER_PARAMETERS) {
    over<10>(OVER_ARGUMENTS);
}
