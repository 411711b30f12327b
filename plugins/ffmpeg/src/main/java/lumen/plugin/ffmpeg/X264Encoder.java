package lumen.plugin.ffmpeg;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import lumen.plugin.ffmpeg.color.Coefficients;
import lumen.plugin.ffmpeg.color.Nv12Converter;
import lumen.spi.AccessUnitSink;
import lumen.spi.BackendException;
import lumen.spi.Encoder;
import lumen.spi.EncoderSettings;
import lumen.spi.ImportedFrame;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.global.avcodec;

/**
 * One session's libx264: frame in system memory in, access unit out, one for one. Encodes an odd size
 * as the next even one with its last column and row repeated. An access unit may end in zero bytes.
 */
final class X264Encoder implements Encoder {
    private static final int PACKET_DATA = StructFields.offset(AVPacket.class, "data");
    private static final int PACKET_SIZE = StructFields.offset(AVPacket.class, "size");
    private static final int PACKET_FLAGS = StructFields.offset(AVPacket.class, "flags");

    private final EncoderSettings settings;
    private final String preset;
    private final VideoSignal signal;
    private final Coefficients coefficients;
    private final AVCodecContext context;
    private final Picture picture;
    private final AVPacket packet;
    private final MemorySegment packetFields;
    private final AccessUnitBuffer accessUnit;
    private FrameScaler scaler;
    private long pts;
    private boolean failed;
    private boolean closed;

    /** @param word one of {@link X264Preset#WORDS} */
    X264Encoder(EncoderSettings settings, String word) {
        this.settings = settings;
        preset = X264Preset.resolve(word, settings.mode());
        signal = VideoSignal.of(settings.color());
        coefficients = Coefficients.of(settings.color());
        context = X264Context.open(settings, preset, signal);
        Picture opened = null;
        try {
            opened = new Picture(context.width(), context.height(), signal);
            packet = avcodec.av_packet_alloc();
            if (packet == null) {
                throw new BackendException("FFmpeg has no memory for a packet");
            }
        } catch (RuntimeException e) {
            if (opened != null) {
                opened.close();
            }
            avcodec.avcodec_free_context(context);
            throw e;
        }
        picture = opened;
        packetFields = StructFields.of(packet);
        accessUnit = new AccessUnitBuffer(accessUnitBytes(settings.bitrateKbps()));
        Nv12Converter.warm();
    }

    /** What an access unit rarely exceeds: twice the buffer model. It grows if one does. */
    private int accessUnitBytes(int kbps) {
        return Math.clamp(X264Context.vbvBits(kbps, settings.mode().refreshMilliHz()) / 4L, 1 << 16, 1 << 22);
    }

    @Override
    public String description() {
        return X264Context.NAME + " " + preset;
    }

    @Override
    public void encode(ImportedFrame frame, boolean forceIdr, AccessUnitSink sink) {
        requireUsable();
        ImportedFrame.SystemMemory memory = switch (frame) {
            case ImportedFrame.SystemMemory m -> m;
            case ImportedFrame.CudaMemory c -> throw new BackendException("libx264 reads system memory only");
            case ImportedFrame.DmabufPassthrough d -> throw new BackendException("libx264 reads system memory only");
        };
        int width = memory.width();
        int height = memory.height();
        int stride = memory.stride();
        MemorySegment pixels = memory.pixels();
        if (width < 1 || height < 1 || stride < 4L * width || !pixels.isNative() || !pixels.scope().isAlive()
                || pixels.byteSize() < (height - 1L) * stride + 4L * width) {
            throw new BackendException("not a frame: " + width + "x" + height + ", stride " + stride + " in "
                    + pixels.byteSize() + " bytes");
        }
        if (memory.format().bitDepth() == 8 && width == settings.mode().width() && height == settings.mode().height()) {
            Nv12Converter.convert(pixels.address(), stride, memory.format().redFirst(), width, height, picture.luma(),
                    picture.lumaStride(), picture.chroma(), picture.chromaStride(), coefficients);
        } else {
            scale(memory, pixels.address(), stride);
        }
        emit(forceIdr, sink);
    }

    private void scale(ImportedFrame frame, long pixels, int stride) {
        if (scaler == null || !scaler.takes(frame.width(), frame.height(), frame.format())) {
            if (scaler != null) {
                scaler.close();
                scaler = null;
            }
            scaler = new FrameScaler(frame.width(), frame.height(), frame.format(), picture, signal);
        }
        scaler.scale(pixels, stride);
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
        picture.stamp(pts, forceIdr || pts == 0);
        pts++;
        int result = avcodec.avcodec_send_frame(context, picture.frame);
        if (result >= 0) {
            result = avcodec.avcodec_receive_packet(context, packet);
        }
        if (result < 0) {
            failed = true;
            FFmpegError.check(result, "encode a frame");
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
        X264Context.rate(context, kbps, settings.mode().refreshMilliHz());
        accessUnit.reserve(accessUnitBytes(kbps));
        return true;
    }

    private void requireUsable() {
        if (closed) {
            throw new IllegalStateException("the encoder is closed");
        }
        if (failed) {
            throw new BackendException("libx264 has failed before");
        }
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (scaler != null) {
            scaler.close();
        }
        avcodec.av_packet_free(packet);
        avcodec.avcodec_free_context(context);
        picture.close();
        accessUnit.close();
    }
}
