package lumen.host.media;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import lumen.core.pacing.PacingPlan;
import lumen.core.video.VideoPacketSettings;
import lumen.spi.EncoderSettings;

/**
 * What a video stream needs to know.
 *
 * @param session           short name of the session, for thread names and logs
 * @param encoder           what the client negotiated; its mode's rate is the stream's rate
 * @param packets           datagrams, parity, encryption
 * @param pacingFraction    share of the frame interval a frame may take to leave, more than 0, at most 1
 * @param pingTimeoutNanos  how long to wait for the client's first ping
 * @param idrIntervalNanos  shortest time between two IDRs that clients ask for
 * @param importFaults      failures of importers to be played; none outside tests
 */
public record VideoStreamSettings(String session, EncoderSettings encoder, VideoPacketSettings packets,
                                  double pacingFraction, long pingTimeoutNanos, long idrIntervalNanos,
                                  List<RehearsedFault> importFaults) {
    /** As long as other hosts wait. */
    public static final long DEFAULT_PING_TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(10);
    /** A lossy link asks more than ten times a second; each IDR costs as much as many frames. */
    public static final long DEFAULT_IDR_INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    public VideoStreamSettings {
        Objects.requireNonNull(session);
        Objects.requireNonNull(encoder);
        Objects.requireNonNull(packets);
        importFaults = List.copyOf(importFaults);
    }

    /** With the defaults for everything that isn't negotiated. */
    public static VideoStreamSettings of(String session, EncoderSettings encoder, VideoPacketSettings packets) {
        return new VideoStreamSettings(session, encoder, packets, PacingPlan.DEFAULT_FRACTION,
                DEFAULT_PING_TIMEOUT_NANOS, DEFAULT_IDR_INTERVAL_NANOS, List.of());
    }
}
