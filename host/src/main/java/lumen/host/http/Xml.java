package lumen.host.http;

import java.nio.charset.StandardCharsets;

/**
 * Builds the answer documents: one {@code root} with the status, then elements without any white space
 * between them (a stock parser trips over text nodes).
 */
final class Xml {
    private final StringBuilder text = new StringBuilder(512);

    private Xml(int status, String message) {
        text.append("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<root status_code=\"").append(status).append('"');
        if (message != null) {
            // After the code: one stock client keeps the message only if the code came before it.
            text.append(" status_message=\"");
            escape(message);
            text.append('"');
        }
        text.append('>');
    }

    static Xml ok() {
        return new Xml(200, null);
    }

    static Xml error(int status, String message) {
        return new Xml(status, message);
    }

    Xml element(String name, Object value) {
        text.append('<').append(name).append('>');
        escape(value.toString());
        text.append("</").append(name).append('>');
        return this;
    }

    Xml open(String name) {
        text.append('<').append(name).append('>');
        return this;
    }

    Xml close(String name) {
        text.append("</").append(name).append('>');
        return this;
    }

    byte[] bytes() {
        return (text + "</root>").getBytes(StandardCharsets.UTF_8);
    }

    private void escape(String value) {
        value.codePoints().forEach(c -> {
            switch (c) {
                case '&' -> text.append("&amp;");
                case '<' -> text.append("&lt;");
                case '>' -> text.append("&gt;");
                case '"' -> text.append("&quot;");
                case '\'' -> text.append("&apos;");
                default -> {
                    // Control characters, lone surrogates and non-characters are illegal in XML 1.0.
                    if (c >= 0x20 && (c < 0xd800 || c > 0xdfff) && c != 0xfffe && c != 0xffff) {
                        text.appendCodePoint(c);
                    }
                }
            }
        });
    }
}
