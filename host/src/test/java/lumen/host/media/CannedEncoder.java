package lumen.host.media;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import lumen.host.plugin.EncoderChoice;
import lumen.spi.AccessUnitSink;
import lumen.spi.BackendException;
import lumen.spi.Chroma;
import lumen.spi.Encoder;
import lumen.spi.EncoderOffer;
import lumen.spi.EncoderProvider;
import lumen.spi.EncoderSettings;
import lumen.spi.FrameKind;
import lumen.spi.HostContext;
import lumen.spi.ImportedFrame;
import lumen.spi.Probe;
import lumen.spi.VideoCodec;

/** Makes access units of a fixed length: a start code, IDR or not, then the number of the frame. */
final class CannedEncoder implements EncoderProvider {
    static final int LENGTH = 20_000;
    final String id;
    final boolean liveBitrate;
    volatile List<FrameKind> reads = List.of(FrameKind.SYSTEM_MEMORY);
    volatile FrameKind encoded;
    volatile boolean fails;
    volatile int opened;
    volatile int kbps;

    CannedEncoder(String id, boolean liveBitrate) {
        this.id = id;
        this.liveBitrate = liveBitrate;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public Probe probe(HostContext host) {
        return Probe.available(0);
    }

    EncoderChoice choice() {
        return new EncoderChoice(this, offers().getFirst());
    }

    @Override
    public List<EncoderOffer> offers() {
        return List.of(new EncoderOffer(id, VideoCodec.H264, 50, reads, 8, Chroma.YUV420, liveBitrate));
    }

    @Override
    public Encoder open(EncoderOffer offer, EncoderSettings settings) {
        opened++;
        kbps = settings.bitrateKbps();
        MemorySegment unit = Arena.ofAuto().allocate(LENGTH);
        return new Encoder() {
            private boolean first = true;

            @Override
            public String description() {
                return id;
            }

            @Override
            public void encode(ImportedFrame frame, boolean forceIdr, AccessUnitSink sink) {
                if (fails) {
                    throw new BackendException("out of memory");
                }
                if (frame != null) {
                    encoded = frame.kind();
                }
                boolean idr = first || forceIdr;
                first = false;
                unit.set(ValueLayout.JAVA_BYTE, 4, (byte) (idr ? 0x65 : 0x41));
                sink.accept(unit, idr);
            }

            @Override
            public void repeat(boolean forceIdr, AccessUnitSink sink) {
                if (first) {
                    throw new IllegalStateException("no frame yet");
                }
                encode(null, forceIdr, sink);
            }

            @Override
            public boolean bitrate(int wanted) {
                if (liveBitrate) {
                    kbps = wanted;
                }
                return liveBitrate;
            }

            @Override
            public void close() {
                // Owns nothing.
            }
        };
    }
}
