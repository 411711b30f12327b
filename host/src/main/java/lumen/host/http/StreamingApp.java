package lumen.host.http;

/**
 * Something to stream.
 *
 * @param id 1 to 2147483647, stable over restarts: clients cache pictures and shortcuts by it
 * @param hdr whether clients may stream it in HDR
 * @param boxArt PNG, under about 1 MB; empty = the built-in picture; not copied
 */
public record StreamingApp(int id, String title, boolean hdr, byte[] boxArt) {
    public StreamingApp {
        if (id <= 0) {
            throw new IllegalArgumentException("app id " + id + " of " + title + " is not positive");
        }
    }
}
