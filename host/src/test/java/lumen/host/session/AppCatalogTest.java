package lumen.host.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import lumen.host.config.Settings.AppEntry;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class AppCatalogTest {
    private static AppEntry entry(String title) {
        return new AppEntry(title, List.of(), Optional.empty());
    }

    @Test
    @DisplayName("A3.5: ids are positive, unique, and the same whatever the order")
    void shouldKeepIdsStable() {
        AppCatalog one = new AppCatalog(List.of(entry("Desktop"), entry("Steam"), entry("🎮 & \"co\"")));
        AppCatalog other = new AppCatalog(List.of(entry("🎮 & \"co\""), entry("Steam"), entry("Desktop")));
        for (AppCatalog.App app : one.all()) {
            assertTrue(app.id() > 0);
            assertEquals(app.title(), other.byId(app.id()).orElseThrow().title());
        }
        assertEquals(3, one.all().stream().map(AppCatalog.App::id).distinct().count());
    }

    @Test
    void shouldTellTwoAppsWithOneTitleApart() {
        List<AppCatalog.App> apps = new AppCatalog(List.of(entry("Game"), entry("Game"))).all();
        assertEquals(2, apps.size());
        assertNotEquals(apps.get(0).id(), apps.get(1).id());
    }
}
