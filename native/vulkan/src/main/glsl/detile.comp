// An image of any tiling, read pixel by pixel, written as rows of 32-bit words: the bytes that vkCmdCopyImageToBuffer gives.
#version 450
#extension GL_EXT_samplerless_texture_functions : require

layout(local_size_x = 32, local_size_y = 8) in;

layout(set = 0, binding = 0) uniform texture2D picture;
layout(set = 0, binding = 1) writeonly buffer Rows { uint words[]; };

// stride in words; order as DetileProgram numbers the formats
layout(push_constant) uniform Shape { uint width; uint height; uint stride; uint order; };

const uint BLUE_FIRST = 0;
const uint RED_FIRST = 1;
const uint BLUE_LOW_10 = 2;

// Eight and ten bits survive the way through a float.
uint tenBits(float low, float middle, float high, float alpha) {
    uvec4 c = uvec4(round(vec4(low, middle, high, 0.0) * 1023.0));
    return c.x | c.y << 10 | c.z << 20 | uint(round(alpha * 3.0)) << 30;
}

void main() {
    uvec2 at = gl_GlobalInvocationID.xy;
    if (at.x >= width || at.y >= height) {
        return;
    }
    vec4 c = texelFetch(picture, ivec2(at), 0);
    uint word;
    if (order == BLUE_FIRST) {
        word = packUnorm4x8(c.bgra);
    } else if (order == RED_FIRST) {
        word = packUnorm4x8(c);
    } else if (order == BLUE_LOW_10) {
        word = tenBits(c.b, c.g, c.r, c.a);
    } else {
        word = tenBits(c.r, c.g, c.b, c.a);
    }
    words[at.y * stride + at.x] = word;
}
