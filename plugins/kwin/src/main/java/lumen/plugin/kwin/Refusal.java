package lumen.plugin.kwin;

import java.util.Locale;

/** What KWin means when it says that it can't stream. It may speak another language; then its words are all there is. */
final class Refusal {
    private Refusal() {
    }

    /** A sentence for the user. */
    static String explain(String words) {
        String lower = words.toLowerCase(Locale.ROOT);
        String remedy = "";
        if (lower.contains("could not find output")) {
            remedy = ": this KWin makes no virtual outputs; without a display (--virtual) it takes KWin 6.5.6 or newer";
        } else if (lower.contains("opengl") || lower.contains("compositing type")) {
            remedy = ": it draws without a GPU; give it a render node (/dev/dri/renderD*) or leave KWIN_COMPOSE unset";
        } else if (lower.contains("pipewire")) {
            remedy = ": see that PipeWire runs (systemctl --user status pipewire)";
        }
        return "KWin refuses to stream (" + words + ")" + remedy;
    }
}
