package lumen.host.session;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32;
import lumen.host.config.Settings.AppEntry;

/**
 * What clients can start. Ids follow from the titles alone, since clients keep box art and shortcuts by
 * id: reordering the list or restarting the host changes none.
 */
public final class AppCatalog {
    private final Map<Integer, App> apps = new LinkedHashMap<>();

    /**
     * An app that clients can start.
     *
     * @param id      1 to 2³¹−1, stable
     * @param title   what clients show
     * @param command its words; empty: the bare desktop
     * @param boxArt  a PNG file
     */
    public record App(int id, String title, List<String> command, Optional<Path> boxArt) {
    }

    public AppCatalog(List<AppEntry> entries) {
        for (AppEntry entry : entries) {
            int id = id(entry.title(), 0);
            for (int collision = 1; apps.containsKey(id); collision++) {
                id = id(entry.title(), collision);
            }
            apps.put(id, new App(id, entry.title(), entry.command(), entry.boxArt()));
        }
    }

    private static int id(String title, int collision) {
        CRC32 crc = new CRC32();
        crc.update((collision == 0 ? title : title + "\n" + collision).getBytes(StandardCharsets.UTF_8));
        int positive = (int) (crc.getValue() & 0x7fff_ffffL);
        return positive == 0 ? 1 : positive;
    }

    /** All apps in the order of the settings. */
    public List<App> all() {
        return List.copyOf(apps.values());
    }

    public Optional<App> byId(int id) {
        return Optional.ofNullable(apps.get(id));
    }
}
