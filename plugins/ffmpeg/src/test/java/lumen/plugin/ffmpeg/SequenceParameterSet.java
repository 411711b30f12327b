package lumen.plugin.ffmpeg;

/** What these tests read from an H.264 sequence parameter set (ITU-T H.264 7.3.2.1.1 and E.1.1). */
final class SequenceParameterSet {
    int references;
    int width;
    int height;
    boolean fullRange;
    int primaries;
    int transfer;
    int matrix;
    int reorderFrames = -1;
    int decoderBuffer = -1;

    private final byte[] bytes;
    private int bit;

    SequenceParameterSet(byte[] nal) {
        bytes = nal;
        bit = 8;
        int profile = bits(8);
        bits(16);
        ue();
        if (profile >= 100) {
            ue();
            ue();
            ue();
            bits(1);
            if (bits(1) == 1) {
                throw new AssertionError("scaling matrices are not expected");
            }
        }
        ue();
        int countType = ue();
        if (countType == 0) {
            ue();
        }
        references = ue();
        bits(1);
        width = 16 * (ue() + 1);
        height = 16 * (ue() + 1);
        bits(1);
        bits(1);
        if (bits(1) == 1) {
            width -= 2 * (ue() + ue());
            height -= 2 * (ue() + ue());
        }
        if (bits(1) == 1) {
            vui();
        }
    }

    private void vui() {
        if (bits(1) == 1 && bits(8) == 255) {
            bits(32);
        }
        if (bits(1) == 1) {
            bits(1);
        }
        if (bits(1) == 1) {
            bits(3);
            fullRange = bits(1) == 1;
            if (bits(1) == 1) {
                primaries = bits(8);
                transfer = bits(8);
                matrix = bits(8);
            }
        }
        if (bits(1) == 1) {
            ue();
            ue();
        }
        if (bits(1) == 1) {
            bits(32);
            bits(32);
            bits(1);
        }
        if (bits(1) == 1 || bits(1) == 1) {
            throw new AssertionError("HRD parameters are not expected");
        }
        bits(1);
        if (bits(1) == 1) {
            bits(1);
            ue();
            ue();
            ue();
            ue();
            reorderFrames = ue();
            decoderBuffer = ue();
        }
    }

    private int bits(int count) {
        int value = 0;
        for (int i = 0; i < count; i++, bit++) {
            value = value << 1 | bytes[bit >> 3] >> 7 - (bit & 7) & 1;
        }
        return value;
    }

    private int ue() {
        int zeros = 0;
        while (bits(1) == 0) {
            zeros++;
        }
        return (1 << zeros) - 1 + bits(zeros);
    }
}
