package lumen.client.report;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A whole run.
 *
 * @param failures of the run; those of each cycle are in its report
 */
public record StreamReport(HostFigures host, boolean verified, List<CycleReport> cycles, List<String> failures) {

    /** True if neither the run nor a cycle failed. */
    public boolean passed() {
        return failures.isEmpty() && cycles.stream().allMatch(c -> c.failures().isEmpty());
    }

    /** Every failure, those of cycles with the cycle's number in front. */
    public List<String> allFailures() {
        List<String> all = new java.util.ArrayList<>(failures);
        for (CycleReport cycle : cycles) {
            cycle.failures().forEach(f -> all.add("cycle " + cycle.number() + ": " + f));
        }
        return all;
    }

    /** The report with its verdict, as JSON text with names in lower-dash-case. */
    public String json() {
        Map<String, Object> map = new LinkedHashMap<>(RecordTree.of(this));
        map.put("passed", passed());
        map.put("failures", allFailures());
        try {
            return JSON.std.with(JSON.Feature.PRETTY_PRINT_OUTPUT).asString(map);
        } catch (IOException e) {
            throw new IllegalStateException("maps of numbers and text have a JSON form", e);
        }
    }

    /** Writes {@link #json()}; an existing file is replaced. */
    public void write(Path file) throws IOException {
        Files.writeString(file, json() + "\n");
    }
}
