package lumen.client.report;

import java.util.List;
import java.util.Map;

/**
 * One connection, from launch or resume to disconnect.
 *
 * @param resumed      false if it launched the application
 * @param stageMillis  how long each stage took, in order, {@code first-frame} and {@code first-audio} counted
 *                     from the launch or resume request
 * @param idrRequests  sent because of losses, by the input script, or at the start
 * @param fecReports   sent about blocks that needed recovery or were given up
 * @param inputEvents  sent
 * @param termination  the host's code if it ended the stream, else 0
 * @param controlDrops control packets without effect, by reason
 * @param failures     why this cycle counts as failed; empty if it doesn't
 */
public record CycleReport(int number, boolean resumed, Map<String, Double> stageMillis, Negotiated negotiated,
                          FrameFigures frames, PacketFigures packets, AudioFigures audio, LatencyFigures latency,
                          PictureFigures picture, long idrRequests, long fecReports, long inputEvents, int termination,
                          Map<String, Long> controlDrops, List<String> failures) {
}
