package lumen.client.report;

import java.util.Locale;
import java.util.Map;

/** The report as a table for people. */
public final class ReportTable {
    private static final int NAME_WIDTH = 24;

    private ReportTable() {
    }

    /** Lines ending in newlines. */
    public static String of(StreamReport report) {
        StringBuilder out = new StringBuilder();
        row(out, "host", report.host().hostname() + " at " + report.host().address() + ", " + report.host().app());
        for (CycleReport cycle : report.cycles()) {
            cycle(out, cycle);
        }
        for (String failure : report.allFailures()) {
            row(out, "FAILED", failure);
        }
        row(out, "verdict", report.passed() ? "passed" : "failed");
        return out.toString();
    }

    private static void cycle(StringBuilder out, CycleReport c) {
        Negotiated n = c.negotiated();
        FrameFigures f = c.frames();
        PacketFigures p = c.packets();
        AudioFigures a = c.audio();
        out.append('\n');
        row(out, "cycle " + c.number(), (c.resumed() ? "resumed, " : "launched, ") + n.width() + "x" + n.height() + " at "
                + n.fps() + " fps, " + n.bitrateKbps() + " kbit/s, encryption: control"
                + (n.videoEncrypted() ? " video" : "") + (n.audioEncrypted() ? " audio" : ""));
        row(out, "stages [ms]", stages(c.stageMillis()));
        row(out, "frames", f.complete() + " complete, " + f.decoded() + " decoded, " + f.verified() + " verified, "
                + f.repeated() + " repeated, " + f.lost() + " lost, " + f.idr() + " IDR, "
                + number(f.framesPerSecond()) + " fps");
        row(out, "video packets", p.received() + " received, " + p.droppedOnPurpose() + " dropped on purpose, "
                + p.recovered() + " recovered, " + number(p.megabitsPerSecond()) + " Mbit/s");
        row(out, "audio packets", a.packets() + " decoded, " + a.recovered() + " recovered, " + a.lost() + " lost, rms "
                + a.rms() + ", " + a.discontinuities() + " unexplained jumps");
        if (c.picture().compared() > 0) {
            row(out, "picture", "PSNR " + number(c.picture().meanPsnr()) + " dB, lowest "
                    + number(c.picture().lowestPsnr()) + " dB; pointer " + c.picture().pointerX() + ","
                    + c.picture().pointerY() + "; last key " + c.picture().lastKey() + "; " + c.picture().skipped()
                    + " cards left out by the host");
        }
        latency(out, "host latency [ms]", c.latency().hostField());
        latency(out, "render to decoded [ms]", c.latency().renderToDecoded());
        latency(out, "complete to decoded", c.latency().completeToDecoded());
        latency(out, "frame interval [ms]", c.latency().frameInterval());
        row(out, "requests and input", c.idrRequests() + " IDR requests, " + c.fecReports() + " FEC reports, " + c.inputEvents() + " input events");
    }

    private static String stages(Map<String, Double> stages) {
        StringBuilder text = new StringBuilder();
        stages.forEach((name, millis) -> text.append(text.isEmpty() ? "" : ", ").append(name).append(' ')
                .append(number(millis)));
        return text.toString();
    }

    private static void latency(StringBuilder out, String name, Percentiles p) {
        if (p.count() > 0) {
            row(out, name, "p50 " + number(p.p50()) + "  p95 " + number(p.p95()) + "  p99 " + number(p.p99()) + "  max "
                    + number(p.max()));
        }
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }

    private static void row(StringBuilder out, String name, String value) {
        out.append(name).append(" ".repeat(Math.max(1, NAME_WIDTH - name.length()))).append(value).append('\n');
    }
}
