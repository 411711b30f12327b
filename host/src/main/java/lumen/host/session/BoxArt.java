package lumen.host.session;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** The picture clients show for an app that brings none. */
final class BoxArt {
    private static final byte[] STANDARD = load();

    private BoxArt() {
    }

    /** 600×800 PNG. */
    static byte[] standard() {
        return STANDARD.clone();
    }

    private static byte[] load() {
        try (InputStream in = BoxArt.class.getResourceAsStream("box-art.png")) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
