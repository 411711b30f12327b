package lumen.host.http;

import java.nio.charset.StandardCharsets;

/**
 * The answer document: one {@code root} with a status, flat children, no whitespace between elements (a
 * client's parser breaks on it), status code before status message. Not thread-safe.
 */
final class XmlDocument {
    private final StringBuilder text = new StringBuilder(512);

    private XmlDocument() {
        text.append("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<root");
    }

    static XmlDocument ok() {
        XmlDocument document = new XmlDocument();
        document.attribute("status_code", "200");
        document.text.append('>');
        return document;
    }

    static XmlDocument error(int status, String message) {
        XmlDocument document = new XmlDocument();
        document.attribute("status_code", Integer.toString(status));
        document.attribute("status_message", message);
        document.text.append('>');
        return document;
    }

    static XmlDocument unauthorized(String path) {
        XmlDocument document = new XmlDocument();
        document.attribute("status_code", "401");
        document.attribute("query", path);
        document.attribute("status_message", "The client is not authorized. Certificate verification failed.");
        document.text.append('>');
        return document;
    }

    XmlDocument element(String name, String value) {
        text.append('<').append(name).append('>');
        escape(value);
        text.append("</").append(name).append('>');
        return this;
    }

    XmlDocument element(String name, long value) {
        return element(name, Long.toString(value));
    }

    XmlDocument open(String name) {
        text.append('<').append(name).append('>');
        return this;
    }

    XmlDocument close(String name) {
        text.append("</").append(name).append('>');
        return this;
    }

    byte[] bytes() {
        return (text + "</root>").getBytes(StandardCharsets.UTF_8);
    }

    private void attribute(String name, String value) {
        text.append(' ').append(name).append("=\"");
        escape(value);
        text.append('"');
    }

    /** Characters that XML 1.0 doesn't allow are left out. */
    private void escape(String value) {
        value.codePoints().forEach(c -> {
            switch (c) {
                case '&' -> text.append("&amp;");
                case '<' -> text.append("&lt;");
                case '>' -> text.append("&gt;");
                case '"' -> text.append("&quot;");
                case '\'' -> text.append("&apos;");
                default -> {
                    if (c >= 0x20 && c < 0xd800 || c > 0xdfff && c < 0xfffe || c > 0xffff) {
                        text.appendCodePoint(c);
                    }
                }
            }
        });
    }
}
