package lumen.host.http;

/** A body and its type; the HTTP status is always 200. */
record HttpReply(String contentType, byte[] body) {
    static HttpReply xml(XmlDocument document) {
        return new HttpReply("application/xml", document.bytes());
    }

    static HttpReply error(int status, String message) {
        return xml(XmlDocument.error(status, message));
    }

    static HttpReply png(byte[] image) {
        return new HttpReply("image/png", image);
    }
}
