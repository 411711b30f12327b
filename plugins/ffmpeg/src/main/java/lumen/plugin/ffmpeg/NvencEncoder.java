package lumen.plugin.ffmpeg;

import java.util.List;
import lumen.cuda.CudaDevice;
import lumen.cuda.CudaException;
import lumen.cuda.MemoryBudget;
import lumen.spi.BackendException;
import lumen.spi.EncoderSettings;

/** Opens NVENC's encoders. */
final class NvencEncoder {
    private NvencEncoder() {
    }

    /** @param device whose NVENC it is, and whose memory frames come in */
    static FFmpegEncoder open(HardwareCodec codec, EncoderSettings settings, CudaDevice device) {
        try {
            CudaSession session = new CudaSession(device, settings, MemoryBudget.unlimited());
            HardwareDevice shared;
            try {
                shared = HardwareDevice.cuda(session.context().handle(), session.stream().handle());
            } catch (RuntimeException e) {
                session.close();
                throw e;
            }
            return HardwareEncoder.open(codec, settings, shared, List.of(session),
                    pool -> new CudaFeed(session, pool, VideoSignal.of(settings.color())));
        } catch (CudaException e) {
            throw new BackendException(codec.encoderName() + ": " + e.getMessage(), e);
        }
    }
}
