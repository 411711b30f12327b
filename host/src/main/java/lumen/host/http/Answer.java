package lumen.host.http;

/**
 * What goes back: always with HTTP status 200.
 *
 * @param contentType MIME type
 * @param body        the content; not changed any more
 */
record Answer(String contentType, byte[] body) {
    static Answer xml(Xml document) {
        return new Answer("application/xml", document.bytes());
    }

    static Answer png(byte[] image) {
        return new Answer("image/png", image);
    }
}
