package lumen.client.stream;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import lumen.client.StreamOptions;
import lumen.client.report.AudioFigures;
import lumen.client.report.CycleReport;
import lumen.client.report.FrameFigures;
import lumen.client.report.LatencyFigures;
import lumen.client.report.Negotiated;
import lumen.client.report.Percentiles;
import lumen.client.report.PictureFigures;
import lumen.client.verify.CardVerifier;
import lumen.client.verify.ToneVerifier;

/** Collects the figures of a cycle from its threads, once they have ended, and judges them. */
record SessionFigures(StreamOptions options, RtspHandshake rtsp, VideoReceiver video, AudioReceiver audio,
                      PictureDecoder pictures, ControlLink control, Optional<CardVerifier> cards,
                      Optional<ToneVerifier> tone) {

    /** @param end why the stream ended early; empty if it didn't */
    CycleReport report(int number, boolean resumed, Map<String, Double> stages, long idrRequests, long fecReports,
                       long inputEvents, int termination, String end) {
        FrameFigures frames = new FrameFigures(video.complete() + video.undecodable() + video.lost(), video.complete(),
                video.lost(), video.undecodable(), video.idr(), pictures.decoded(), pictures.failed(), video.skipped(),
                cards.map(CardVerifier::verified).orElse(0L), cards.map(CardVerifier::repeated).orElse(0L),
                video.framesPerSecond());
        AudioFigures sound = audio.figures();
        LatencyFigures latency = new LatencyFigures(video.hostLatency().percentiles(),
                cards.map(CardVerifier::renderToDecoded).orElse(Percentiles.NONE),
                pictures.completeToDecoded().percentiles(), video.interval().percentiles(), control.roundTripMillis());
        Negotiated negotiated = new Negotiated(options.width(), options.height(), options.fps(), options.bitrateKbps(),
                rtsp.packetSize(), options.slices(), rtsp.rtspEncrypted(), rtsp.videoEncrypted(), rtsp.audioEncrypted(),
                video.port(), audio.port(), control.port(), rtsp.referenceInvalidation());
        return new CycleReport(number, resumed, stages, negotiated, frames, video.packets(), sound, latency,
                cards.map(CardVerifier::figures).orElse(PictureFigures.NONE), idrRequests, fecReports,
                inputEvents, termination,
                control.drops(), failures(end, frames, sound));
    }

    private List<String> failures(String end, FrameFigures frames, AudioFigures sound) {
        List<String> all = new ArrayList<>();
        if (!end.isEmpty()) {
            all.add(end);
        }
        if (options.encryption().video() && !rtsp.videoEncrypted()) {
            all.add("video encryption was asked for, but the host doesn't offer it");
        }
        long counted = options.verify() ? frames.verified() : frames.complete();
        if (counted < options.expectMinFrames()) {
            all.add(counted + (options.verify() ? " verified" : " complete") + " frames, expected "
                    + options.expectMinFrames() + " or more");
        }
        if (frames.failed() > 0) {
            all.add(frames.failed() + " frames could not be decoded");
        }
        if (sound.packets() == 0) {
            all.add("no sound");
        }
        if (audio.undecodable() > 0) {
            all.add(audio.undecodable() + " audio packets could not be decoded");
        }
        cards.ifPresent(c -> all.addAll(c.failures()));
        tone.ifPresent(t -> all.addAll(t.failures()));
        return all;
    }
}
