package lumen.client.http;

import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * One XML answer of a host: the root's status, the texts of its direct children, and of the children of
 * its {@code App} elements (control-plane.md 2.2). Entities and document types are refused.
 */
public final class HostDocument {
    static final int MAX_BYTES = 1 << 20;
    private static final int MAX_DEPTH = 8;
    private static final int MAX_ELEMENTS = 20_000;
    private static final XMLInputFactory FACTORY = factory();

    private final int statusCode;
    private final String statusMessage;
    private final Map<String, String> values;
    private final List<Map<String, String>> apps;

    private HostDocument(int statusCode, String statusMessage, Map<String, String> values,
                         List<Map<String, String>> apps) {
        this.statusCode = statusCode;
        this.statusMessage = statusMessage;
        this.values = values;
        this.apps = apps;
    }

    private static XMLInputFactory factory() {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, true);
        factory.setProperty(XMLInputFactory.IS_COALESCING, true);
        return factory;
    }

    /** @throws MalformedAnswerException if it is no such document, or beyond a bound */
    public static HostDocument parse(byte[] xml) {
        if (xml.length > MAX_BYTES) {
            throw new MalformedAnswerException("answer of more than " + MAX_BYTES + " bytes");
        }
        try {
            XMLStreamReader reader;
            synchronized (FACTORY) {
                reader = FACTORY.createXMLStreamReader(new StringReader(decode(xml)));
            }
            try {
                return read(reader);
            } finally {
                reader.close();
            }
        } catch (XMLStreamException e) {
            throw new MalformedAnswerException("not XML: " + firstLine(e.getMessage()), e);
        }
    }

    /** Answers are UTF-8; the JDK's own decoder complains on standard error. */
    private static String decode(byte[] xml) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(xml)).toString();
        } catch (CharacterCodingException e) {
            throw new MalformedAnswerException("not UTF-8", e);
        }
    }

    private static HostDocument read(XMLStreamReader reader) throws XMLStreamException {
        int status = -1;
        String message = "";
        Map<String, String> values = new LinkedHashMap<>();
        List<Map<String, String>> apps = new ArrayList<>();
        List<String> path = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        int elements = 0;
        while (reader.hasNext()) {
            switch (reader.next()) {
                case XMLStreamConstants.DTD, XMLStreamConstants.ENTITY_REFERENCE ->
                        throw new MalformedAnswerException("document types and entities are not allowed");
                case XMLStreamConstants.START_ELEMENT -> {
                    path.add(reader.getLocalName());
                    text.setLength(0);
                    if (++elements > MAX_ELEMENTS || path.size() > MAX_DEPTH) {
                        throw new MalformedAnswerException("too many or too deep elements");
                    }
                    if (path.size() == 1) {
                        if (!path.getFirst().equals("root")) {
                            throw new MalformedAnswerException("document element " + shown(path.getFirst())
                                    + ", expected root");
                        }
                        status = status(reader.getAttributeValue(null, "status_code"));
                        String given = reader.getAttributeValue(null, "status_message");
                        message = given == null ? "" : given;
                    } else if (path.size() == 2 && path.get(1).equals("App")) {
                        apps.add(new LinkedHashMap<>());
                    }
                }
                case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> text.append(reader.getText());
                case XMLStreamConstants.END_ELEMENT -> {
                    String name = path.removeLast();
                    if (path.size() == 1 && !name.equals("App")) {
                        values.putIfAbsent(name, text.toString());
                    } else if (path.size() == 2 && path.get(1).equals("App")) {
                        apps.getLast().putIfAbsent(name, text.toString());
                    }
                    text.setLength(0);
                }
                default -> {
                }
            }
        }
        return new HostDocument(status, message, values, apps);
    }

    /** Hosts may send an unsigned 32-bit number, which old software used for -1. */
    private static int status(String text) {
        try {
            long code = text == null ? -1 : Long.parseLong(text.strip());
            if (code >= 0 && code <= 0xFFFFFFFFL) {
                return (int) code;
            }
        } catch (NumberFormatException e) {
            throw new MalformedAnswerException("status_code " + shown(text), e);
        }
        throw new MalformedAnswerException("status_code " + shown(text));
    }

    private static String firstLine(String text) {
        return text == null ? "no reason given" : text.lines().findFirst().orElse("");
    }

    private static String shown(String text) {
        return text == null ? "missing" : "'" + (text.length() > 40 ? text.substring(0, 40) + "…" : text) + "'";
    }

    /** The host's verdict; 200 is success. */
    public int statusCode() {
        return statusCode;
    }

    /** The host's words for the user; may be empty. */
    public String statusMessage() {
        return statusMessage;
    }

    /** The text of a direct child of the root, the first of that name. */
    public Optional<String> text(String name) {
        return Optional.ofNullable(values.get(name));
    }

    /** @throws MalformedAnswerException if the element is missing */
    public String required(String name) {
        String value = values.get(name);
        if (value == null) {
            throw new MalformedAnswerException("element " + name + " missing");
        }
        return value;
    }

    /** An element's number, or {@code absent} if it is missing or empty. */
    public long number(String name, long absent) {
        String value = values.get(name);
        return value == null || value.isBlank() ? absent : parseNumber(name, value);
    }

    static long parseNumber(String name, String value) {
        try {
            return Long.parseLong(value.strip());
        } catch (NumberFormatException e) {
            throw new MalformedAnswerException("element " + name + " " + shown(value) + ", expected a number", e);
        }
    }

    /** The children of each {@code App}, in order. */
    List<Map<String, String>> apps() {
        return apps;
    }
}
