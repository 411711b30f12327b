package lumen.plugin.ffmpeg;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import lumen.spi.AccessUnitSink;
import lumen.spi.BackendException;
import lumen.spi.Encoder;
import lumen.spi.EncoderSettings;
import lumen.spi.ImportedFrame;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.global.avcodec;

/**
 * One session's encoder of FFmpeg's, whichever it is: a frame in, its access unit out, one for one. Encodes an odd
 * size as the next even one with its last column and row repeated. An access unit may end in padding.
 */
final class FFmpegEncoder implements Encoder {
    private static final int PACKET_DATA = StructFields.offset(AVPacket.class, "data");
    private static final int PACKET_SIZE = StructFields.offset(AVPacket.class, "size");
    private static final int PACKET_FLAGS = StructFields.offset(AVPacket.class, "flags");

    private final EncoderSettings settings;
    private final String description;
    private final AVCodecContext context;
    private final FrameFeed feed;
    private final RateControl rate;
    private final AVPacket packet;
    private final MemorySegment packetFields;
    private final AccessUnitBuffer accessUnit;
    private long pts;
    private boolean failed;
    private boolean closed;

    /**
     * @param context open; closed with this encoder, or now if that can't be made
     * @param feed    the same
     */
    FFmpegEncoder(EncoderSettings settings, String description, AVCodecContext context, FrameFeed feed, RateControl rate) {
        this.settings = settings;
        this.description = description;
        this.context = context;
        this.feed = feed;
        this.rate = rate;
        packet = avcodec.av_packet_alloc();
        if (packet == null) {
            avcodec.avcodec_free_context(context);
            feed.close();
            throw new BackendException("FFmpeg has no memory for a packet");
        }
        packetFields = StructFields.of(packet);
        accessUnit = new AccessUnitBuffer(settings.codec(), accessUnitBytes(settings.bitrateKbps()));
    }

    /** What an access unit rarely exceeds: twice the buffer model. It grows if one does. */
    private int accessUnitBytes(int kbps) {
        return Math.clamp(DecoderBuffer.bits(kbps, settings.mode().refreshMilliHz()) / 4L, 1 << 16, 1 << 22);
    }

    @Override
    public String description() {
        return description;
    }

    @Override
    public void encode(ImportedFrame frame, boolean forceIdr, AccessUnitSink sink) {
        requireUsable();
        feed.take(frame);
        emit(forceIdr, sink);
    }

    @Override
    public void repeat(boolean forceIdr, AccessUnitSink sink) {
        requireUsable();
        if (pts == 0) {
            throw new IllegalStateException("there is no frame to repeat yet");
        }
        emit(forceIdr, sink);
    }

    private void emit(boolean forceIdr, AccessUnitSink sink) {
        FrameFields picture = feed.picture();
        picture.stamp(pts, forceIdr || pts == 0);
        pts++;
        int result = avcodec.avcodec_send_frame(context, picture.frame);
        if (result >= 0) {
            result = avcodec.avcodec_receive_packet(context, packet);
        }
        if (result < 0) {
            failed = true;
            FFmpegError.check(result, "encode a frame by " + description);
        }
        try {
            boolean idr = (packetFields.get(JAVA_INT, PACKET_FLAGS) & avcodec.AV_PKT_FLAG_KEY) != 0;
            sink.accept(accessUnit.layOut(packetFields.get(JAVA_LONG, PACKET_DATA),
                    packetFields.get(JAVA_INT, PACKET_SIZE), idr), idr);
        } finally {
            avcodec.av_packet_unref(packet);
        }
    }

    @Override
    public boolean bitrate(int kbps) {
        requireUsable();
        if (kbps < 1) {
            throw new IllegalArgumentException("bitrate " + kbps + " kbps");
        }
        if (!rate.set(context, kbps, settings.mode().refreshMilliHz())) {
            return false;
        }
        accessUnit.reserve(accessUnitBytes(kbps));
        return true;
    }

    private void requireUsable() {
        if (closed) {
            throw new IllegalStateException("the encoder is closed");
        }
        if (failed) {
            throw new BackendException(description + " has failed before");
        }
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        avcodec.av_packet_free(packet);
        avcodec.avcodec_free_context(context);
        feed.close();
        accessUnit.close();
    }
}
