package lumen.client.media;

import static org.bytedeco.ffmpeg.global.avutil.AVCOL_RANGE_JPEG;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_SPC_BT709;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUVJ420P;

import java.lang.foreign.MemorySegment;
import org.bytedeco.ffmpeg.avutil.AVFrame;

/**
 * A decoded 4:2:0 picture of 8 bits: three planes in the decoder's memory, and how to read their colours.
 * One object for all pictures of a decoder; valid until its next picture.
 */
public final class DecodedPicture {
    private final MemorySegment[] planes = new MemorySegment[3];
    private final int[] strides = new int[3];
    private int width;
    private int height;
    private boolean fullRange;
    private boolean bt709;
    private boolean corrupt;

    DecodedPicture() {
    }

    void wrap(AVFrame frame) {
        width = frame.width();
        height = frame.height();
        fullRange = frame.color_range() == AVCOL_RANGE_JPEG || frame.format() == AV_PIX_FMT_YUVJ420P;
        bt709 = frame.colorspace() == AVCOL_SPC_BT709;
        corrupt = (frame.flags() & AVFrame.AV_FRAME_FLAG_CORRUPT) != 0 || frame.decode_error_flags() != 0;
        for (int i = 0; i < 3; i++) {
            strides[i] = frame.linesize(i);
            int rows = i == 0 ? height : height + 1 >> 1;
            planes[i] = MemorySegment.ofAddress(frame.data(i).address()).reinterpret((long) strides[i] * rows);
        }
    }

    public int width() {
        return width;
    }

    public int height() {
        return height;
    }

    /** A plane: 0 luma, 1 blue and 2 red difference at half the width and height. */
    public MemorySegment plane(int index) {
        return planes[index];
    }

    /** Bytes from one row of a plane to the next. */
    public int stride(int index) {
        return strides[index];
    }

    /** True if luma goes from 0 to 255, false if from 16 to 235. */
    public boolean fullRange() {
        return fullRange;
    }

    /** True if the stream says BT.709; else BT.601. */
    public boolean bt709() {
        return bt709;
    }

    /** True if the decoder had to guess parts of the picture. */
    public boolean corrupt() {
        return corrupt;
    }
}
