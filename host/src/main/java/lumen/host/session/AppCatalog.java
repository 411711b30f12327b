package lumen.host.session;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32;
import lumen.host.config.Settings.AppEntry;
import lumen.host.http.StreamingApp;

/**
 * What clients can start. Ids follow from the titles alone, since clients keep box art and shortcuts by
 * id: reordering the list or restarting the host changes none.
 */
public final class AppCatalog {
    private static final Logger LOG = System.getLogger(AppCatalog.class.getName());

    private final Map<Integer, App> apps = new LinkedHashMap<>();
    private final Map<Integer, byte[]> pictures = new HashMap<>();

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
            App app = new App(id, entry.title(), entry.command(), entry.boxArt());
            apps.put(id, app);
            pictures.put(id, picture(app));
        }
    }

    /** What clients get to see of them. */
    List<StreamingApp> streamingApps() {
        return apps.values().stream().map(app -> new StreamingApp(app.id(), app.title(), false, pictures.get(app.id()))).toList();
    }

    private static byte[] picture(App app) {
        try {
            return app.boxArt().isPresent() ? Files.readAllBytes(app.boxArt().get()) : new byte[0];
        } catch (IOException e) {
            LOG.log(Level.WARNING, "box art of {0} cannot be read: {1}", app.title(), e.toString());
            return new byte[0];
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
