package lumen.plugin.portal;

import java.util.Locale;

/**
 * What a user can do so that nobody has to click.
 *
 * @param desktop    {@code XDG_CURRENT_DESKTOP}
 * @param appId      who we are to the portal; empty if it doesn't know
 * @param remembers  true if the desktop can remember a grant
 */
record DialogAdvice(String desktop, String appId, boolean remembers) {
    String text() {
        String remember = remembers ? "answer it on the screen once and let it be remembered"
                : "answer it on the screen; this portal remembers nothing";
        // Plasma 6.3 and newer, https://develop.kde.org/docs/administration/portal-permissions
        return desktop.toUpperCase(Locale.ROOT).contains("KDE")
                ? remember + ", or allow it beforehand: flatpak permission-set kde-authorized remote-desktop \"" + appId + "\" yes"
                : remember;
    }
}
