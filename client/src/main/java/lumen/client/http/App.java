package lumen.client.http;

import java.util.List;
import java.util.Map;

/**
 * One application of a host.
 *
 * @param id    positive, stable
 * @param title as shown to people
 * @param hdr   true if the host can show it in HDR
 */
public record App(int id, String title, boolean hdr) {

    static List<App> listOf(HostDocument document) {
        return document.apps().stream().map(App::of).toList();
    }

    private static App of(Map<String, String> element) {
        String id = element.get("ID");
        if (id == null) {
            throw new MalformedAnswerException("App without ID");
        }
        long number = HostDocument.parseNumber("ID", id);
        if (number < 1 || number > Integer.MAX_VALUE) {
            throw new MalformedAnswerException("App ID " + number + ", allowed: 1 to " + Integer.MAX_VALUE);
        }
        return new App((int) number, element.getOrDefault("AppTitle", ""), "1".equals(element.get("IsHdrSupported")));
    }
}
