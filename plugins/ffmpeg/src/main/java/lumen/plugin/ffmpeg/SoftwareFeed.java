package lumen.plugin.ffmpeg;

import lumen.spi.BackendException;
import lumen.spi.EncoderSettings;
import lumen.spi.ImportedFrame;

/** Feeds an encoder that reads memory, from memory: converted on the CPU. */
final class SoftwareFeed implements FrameFeed {
    private final CpuConversion conversion;
    private final Picture picture;

    SoftwareFeed(EncoderSettings settings, VideoSignal signal) {
        picture = new Picture(CodecContext.even(settings.mode().width()), CodecContext.even(settings.mode().height()),
                settings.bitDepth(), signal);
        conversion = new CpuConversion(settings, signal);
    }

    @Override
    public void take(ImportedFrame frame) {
        if (!(frame instanceof ImportedFrame.SystemMemory memory)) {
            throw new BackendException("this encoder reads system memory only, not " + frame.kind());
        }
        conversion.convert(memory, picture);
    }

    @Override
    public FrameFields picture() {
        return picture.fields;
    }

    @Override
    public void close() {
        conversion.close();
        picture.close();
    }
}
