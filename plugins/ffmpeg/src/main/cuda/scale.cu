// Captured pixels of any depth and size to NV12 and P010 on a CUDA device. What keeps size and depth has a faster kernel
// in lumen.cuda. The text beside the classes is what nvcc makes of this:
//   nvcc -ptx -arch=sm_75 -fmad=false scale.cu
// with its header taken back to .version 6.0 and .target sm_61, so that older drivers and devices take it.
// One thread makes two columns of two rows. Edges: the last column and row are repeated.

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;

__device__ __forceinline__ u32 pixel(u64 source, int pitch, int x, int y) {
    return *(const u32 *) (source + (u64) y * pitch + 4ull * x);
}

struct Rgb {
    float r, g, b;
};

__device__ __forceinline__ void add(Rgb *sum, u32 p, int redShift, int bits, float weight) {
    u32 mask = (1u << bits) - 1;
    int blueShift = 2 * bits - redShift;
    sum->r += weight * (float) ((p >> redShift) & mask);
    sum->g += weight * (float) ((p >> bits) & mask);
    sum->b += weight * (float) ((p >> blueShift) & mask);
}

// The source at a place between its pixels.
__device__ void between(Rgb *sum, u64 source, int pitch, int width, int height, int redShift, int bits, float x, float y, float weight) {
    x = fminf(fmaxf(x, 0.0f), (float) (width - 1));
    y = fminf(fmaxf(y, 0.0f), (float) (height - 1));
    int x0 = (int) x, y0 = (int) y;
    int x1 = min(x0 + 1, width - 1), y1 = min(y0 + 1, height - 1);
    float fx = x - (float) x0, fy = y - (float) y0;
    add(sum, pixel(source, pitch, x0, y0), redShift, bits, weight * ((1.0f - fx) * (1.0f - fy)));
    add(sum, pixel(source, pitch, x1, y0), redShift, bits, weight * (fx * (1.0f - fy)));
    add(sum, pixel(source, pitch, x0, y1), redShift, bits, weight * ((1.0f - fx) * fy));
    add(sum, pixel(source, pitch, x1, y1), redShift, bits, weight * (fx * fy));
}

__device__ __forceinline__ int code(float value, int top) {
    return min(max((int) floorf(value + 0.5f), 0), top);
}

// Any depth and size to NV12 or P010, in floating point. The weights already turn the source's codes into the target's.
// Shrinking takes the mean of taps x taps places for each pixel.
extern "C" __global__ void scale(u64 source, int pitch, int width, int height, int redShift, int bits,
        u64 luma, int lumaPitch, u64 chroma, int chromaPitch, int targetWidth, int targetHeight, int targetBits,
        float stepX, float stepY, int tapsX, int tapsY,
        float yr, float yg, float yb, float yOffset, float ur, float ug, float ub, float vr, float vg, float vb, float cOffset) {
    int x = 2 * (blockIdx.x * blockDim.x + threadIdx.x);
    int y = 2 * (blockIdx.y * blockDim.y + threadIdx.y);
    if (x >= targetWidth || y >= targetHeight) {
        return;
    }
    int top = (1 << targetBits) - 1;
    float weight = 1.0f / (float) (tapsX * tapsY);
    Rgb mean = {0.0f, 0.0f, 0.0f};
    int l[4];
    for (int i = 0; i < 4; i++) {
        // An odd size has one column or row more in the target: its own last one.
        float column = (float) min(x + (i & 1), targetWidth - 1), row = (float) min(y + (i >> 1), targetHeight - 1);
        Rgb c = {0.0f, 0.0f, 0.0f};
        for (int ty = 0; ty < tapsY; ty++) {
            for (int tx = 0; tx < tapsX; tx++) {
                float sx = (column + ((float) tx + 0.5f) / (float) tapsX) * stepX - 0.5f;
                float sy = (row + ((float) ty + 0.5f) / (float) tapsY) * stepY - 0.5f;
                between(&c, source, pitch, width, height, redShift, bits, sx, sy, weight);
            }
        }
        l[i] = code(yr * c.r + yg * c.g + yb * c.b + yOffset, top);
        mean.r += 0.25f * c.r;
        mean.g += 0.25f * c.g;
        mean.b += 0.25f * c.b;
    }
    int u = code(ur * mean.r + ug * mean.g + ub * mean.b + cOffset, top);
    int v = code(vr * mean.r + vg * mean.g + vb * mean.b + cOffset, top);
    u64 first = luma + (u64) y * lumaPitch, second = luma + (u64) (y + 1) * lumaPitch, pair = chroma + (u64) (y / 2) * chromaPitch;
    if (targetBits == 8) {
        *(uchar2 *) (first + x) = make_uchar2((u8) l[0], (u8) l[1]);
        *(uchar2 *) (second + x) = make_uchar2((u8) l[2], (u8) l[3]);
        *(uchar2 *) (pair + x) = make_uchar2((u8) u, (u8) v);
    } else {
        int up = 16 - targetBits;
        *(ushort2 *) (first + 2 * x) = make_ushort2((u16) (l[0] << up), (u16) (l[1] << up));
        *(ushort2 *) (second + 2 * x) = make_ushort2((u16) (l[2] << up), (u16) (l[3] << up));
        *(ushort2 *) (pair + 2 * x) = make_ushort2((u16) (u << up), (u16) (v << up));
    }
}
