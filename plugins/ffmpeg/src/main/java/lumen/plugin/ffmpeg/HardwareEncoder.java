package lumen.plugin.ffmpeg;

import java.util.ArrayList;
import java.util.List;
import lumen.spi.EncoderSettings;
import lumen.spi.ImportedFrame;

/** Opens encoders on GPUs as a session's encoder: device, surfaces, feed and context, all closed together. */
final class HardwareEncoder {
    private HardwareEncoder() {
    }

    /** Makes the feed of an encoder, on its surfaces. */
    @FunctionalInterface
    interface Feeder {
        FrameFeed feed(SurfacePool pool);
    }

    /** A feed with what must outlive it. */
    private record Owning(FrameFeed feed, List<AutoCloseable> below) implements FrameFeed {
        @Override
        public void take(ImportedFrame frame) {
            feed.take(frame);
        }

        @Override
        public FrameFields picture() {
            return feed.picture();
        }

        @Override
        public void close() {
            feed.close();
            below.reversed().forEach(HardwareEncoder::closeQuietly);
        }
    }

    /**
     * Opens one.
     *
     * @param device closed with the encoder, or now if that can't be opened; so is what is in {@code below}
     * @param below  what the device stands on
     */
    static FFmpegEncoder open(HardwareCodec codec, EncoderSettings settings, HardwareDevice device, List<AutoCloseable> below,
                              Feeder feeder) {
        List<AutoCloseable> owned = new ArrayList<>(below);
        owned.add(device);
        FrameFeed feed = null;
        try {
            VideoSignal signal = VideoSignal.of(settings.color());
            // Grows to what is held at once, and then stays.
            SurfacePool pool = new SurfacePool(device, codec.api(), Picture.format(settings.bitDepth()),
                    CodecContext.even(settings.mode().width()), CodecContext.even(settings.mode().height()), 0);
            owned.add(pool);
            feed = new Owning(feeder.feed(pool), owned);
            var context = HardwareContext.open(codec, settings, signal, pool);
            return new FFmpegEncoder(settings, codec.encoderName(), context, feed,
                    codec.api() == HardwareApi.NVENC ? HardwareContext::rate : RateControl.FIXED);
        } catch (RuntimeException e) {
            if (feed != null) {
                feed.close();
            } else {
                owned.reversed().forEach(HardwareEncoder::closeQuietly);
            }
            throw e;
        }
    }

    private static void closeQuietly(AutoCloseable part) {
        try {
            part.close();
        } catch (Exception e) {
            System.getLogger("lumen.plugin.ffmpeg").log(System.Logger.Level.WARNING, "a part of an encoder can't be closed", e);
        }
    }
}
