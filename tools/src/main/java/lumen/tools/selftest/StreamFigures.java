package lumen.tools.selftest;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The client's report of one stream in the words of the self-test. */
final class StreamFigures {
    private final Map<String, Object> report;
    private final Map<String, Object> cycle;

    StreamFigures(Map<String, Object> report) {
        this.report = report;
        Object cycles = report.get("cycles");
        if (!(cycles instanceof List<?> list) || list.isEmpty() || !(list.getFirst() instanceof Map<?, ?>)) {
            throw new SelfTestException("the client's report holds no stream");
        }
        cycle = map(list.getFirst());
    }

    boolean passed() {
        return Boolean.TRUE.equals(report.get("passed"));
    }

    /** The client judges picture and sound together; this is the sound alone. */
    boolean soundPassed() {
        Map<String, Object> audio = section("audio");
        return number(audio, "packets") > 0 && number(audio, "discontinuities") == 0;
    }

    String picture(boolean verified) {
        if (!passed()) {
            return String.join("; ", list("failures"));
        }
        Map<String, Object> frames = section("frames");
        Map<String, Object> size = section("negotiated");
        String text = String.format(Locale.ROOT, "%.0fx%.0f, %.0f frames, %.1f fps, %.1f Mbit/s", number(size, "width"),
                number(size, "height"), number(frames, "complete"), number(frames, "frames-per-second"),
                number(section("packets"), "megabits-per-second"));
        if (verified) {
            Map<String, Object> delay = map(section("latency").get("render-to-decoded"));
            text += String.format(Locale.ROOT, "; %.0f verified, %.0f skipped, PSNR %.1f dB or more; picture to decoded p50 %.1f ms, p99 %.1f ms",
                    number(frames, "verified"), number(section("picture"), "skipped"), number(section("picture"), "lowest-psnr"), number(delay, "p50"),
                    number(delay, "p99"));
        }
        return text;
    }

    String sound(boolean verified) {
        Map<String, Object> audio = section("audio");
        String text = String.format(Locale.ROOT, "%.0f packets, %.0f lost", number(audio, "packets"), number(audio, "lost"));
        return verified ? text + String.format(Locale.ROOT, "; tone right within %.2f Hz, %.0f jumps",
                number(audio, "frequency-error"), number(audio, "discontinuities")) : text;
    }

    private Map<String, Object> section(String name) {
        return map(cycle.get(name));
    }

    private List<String> list(String name) {
        return report.get(name) instanceof List<?> values ? values.stream().map(Object::toString).toList() : List.of();
    }

    private static double number(Map<String, Object> section, String name) {
        if (section.get(name) instanceof Number number) {
            return number.doubleValue();
        }
        throw new SelfTestException("the client's report has no number " + name);
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(Object value) {
        if (value instanceof Map<?, ?> map) {
            return (Map<String, Object>) map;
        }
        throw new SelfTestException("the client's report lacks a section");
    }
}
