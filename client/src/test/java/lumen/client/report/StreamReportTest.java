package lumen.client.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StreamReportTest {
    static StreamReport report(List<String> cycleFailures) {
        Map<String, Double> stages = new LinkedHashMap<>();
        stages.put("launch", 12.5);
        stages.put("first-frame", 80.25);
        CycleReport cycle = new CycleReport(1, false, stages,
                new Negotiated(1280, 720, 60, 10_000, 1392, 1, true, false, true, 1, 2, 3, false),
                new FrameFigures(600, 598, 2, 0, 3, 598, 0, 0, 590, 8, 59.9),
                new PacketFigures(9000, 180, 170, 9.9, Map.of("old-frame", 4L)),
                new AudioFigures(2000, 3000, 0, 0, 0, List.of(0.177, 0.176), 0, 0, 0.01, 0.02, Map.of()),
                new LatencyFigures(new Percentiles(598, 4, 6, 7, 9), Percentiles.NONE, Percentiles.NONE, Percentiles.NONE, 1),
                new PictureFigures(50, Double.POSITIVE_INFINITY, 40.5, 3, 0, 0, 600, 0, 0, 10, 20, 1, 30),
                2, 7, 5, 0, Map.of(), cycleFailures);
        return new StreamReport(new HostFigures("127.0.0.1:47989", "box", "u", "7.1.431.-1", "Desktop", 7), true,
                List.of(cycle), List.of());
    }

    @Test
    @SuppressWarnings("unchecked")
    void shouldWriteJsonThatCanBeReadBack() throws Exception {
        Map<String, Object> json = (Map<String, Object>) JSON.std.anyFrom(report(List.of()).json());
        assertEquals(true, json.get("passed"));
        assertEquals(List.of(), json.get("failures"));
        assertEquals("box", ((Map<String, Object>) json.get("host")).get("hostname"));
        Map<String, Object> cycle = ((List<Map<String, Object>>) json.get("cycles")).getFirst();
        assertEquals(80.25, ((Map<String, Object>) cycle.get("stage-millis")).get("first-frame"));
        assertEquals(List.of("launch", "first-frame"),
                List.copyOf(((Map<String, Object>) cycle.get("stage-millis")).keySet()));
        assertEquals(590, ((Map<String, Object>) cycle.get("frames")).get("verified"));
        assertEquals("Infinity", ((Map<String, Object>) cycle.get("picture")).get("lowest-psnr"));
        assertEquals(30, ((Map<String, Object>) cycle.get("picture")).get("last-key"));
        Map<String, Object> latency = (Map<String, Object>) cycle.get("latency");
        assertEquals(6.0, ((Map<String, Object>) latency.get("host-field")).get("p95"));
        assertEquals(4, ((Map<String, Object>) ((Map<String, Object>) cycle.get("packets")).get("dropped")).get("old-frame"));
    }

    @Test
    void shouldFailWithEveryReason() {
        StreamReport report = report(List.of("no sound", "3 frames could not be decoded"));
        assertFalse(report.passed());
        assertEquals(List.of("cycle 1: no sound", "cycle 1: 3 frames could not be decoded"), report.allFailures());
        String table = ReportTable.of(report);
        assertTrue(table.contains("FAILED                  cycle 1: no sound\n"), table);
        assertTrue(table.endsWith("verdict                 failed\n"), table);
    }

    @Test
    void shouldShowPeopleTheFiguresThatMatter() {
        String table = ReportTable.of(report(List.of()));
        for (String part : List.of("box at 127.0.0.1:47989, Desktop", "1280x720 at 60 fps", "first-frame 80.3",
                "590 verified", "170 recovered", "p50 4.0  p95 6.0  p99 7.0", "verdict                 passed")) {
            assertTrue(table.contains(part), part + " in\n" + table);
        }
    }
}
