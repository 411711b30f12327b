package lumen.host.media;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A failure to be played at one step of one importer, so that the way out of it can be tested where nothing fails.
 *
 * @param importer the importer's id
 * @param step     name of the step
 * @param frame    the session's frame from which on the step fails, counted from 0
 */
public record RehearsedFault(String importer, String step, long frame) {
    private static final Pattern FORM = Pattern.compile("([a-z0-9-]+):([a-z-]+)@([0-9]{1,9})");

    /**
     * Reads {@code importer:step@frame}, several of them with commas between; nothing for an empty text.
     *
     * @throws IllegalArgumentException naming the part that isn't of that form
     */
    public static List<RehearsedFault> parse(String text) {
        List<RehearsedFault> faults = new ArrayList<>();
        for (String part : text.isBlank() ? new String[0] : text.split(",", -1)) {
            Matcher m = FORM.matcher(part.strip());
            if (!m.matches()) {
                throw new IllegalArgumentException("'" + part.strip() + "' is not of the form importer:step@frame");
            }
            faults.add(new RehearsedFault(m.group(1), m.group(2), Long.parseLong(m.group(3))));
        }
        return List.copyOf(faults);
    }
}
