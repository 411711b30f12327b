package lumen.dbus;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import lumen.posix.Fd;

/** Unmarshals values somebody else wrote: every length, text and padding is checked. */
final class MessageReader {
    private static final int MAX_ARRAY = 1 << 26;
    private static final int MAX_DEPTH = 64;

    private final ByteBuffer in;
    private final List<Fd> fds;
    private int depth;

    /** @param in a message from its first byte on, in its byte order, positioned at what is to be read */
    MessageReader(ByteBuffer in, List<Fd> fds) {
        this.in = in;
        this.fds = fds;
    }

    /** @throws DBusException if the bytes are no values of that signature */
    List<Object> values(String signature) {
        List<Object> values = new ArrayList<>();
        for (int at = 0; at < signature.length();) {
            int end = Signatures.end(signature, at);
            values.add(value(signature.substring(at, end)));
            at = end;
        }
        return values;
    }

    Object value(String type) {
        if (++depth > MAX_DEPTH) {
            throw new DBusException("values nested too deeply");
        }
        char code = type.charAt(0);
        align(Signatures.alignment(code));
        Object value = switch (code) {
            case 'y' -> need(1).get();
            case 'b' -> truth(need(4).getInt());
            case 'n', 'q' -> need(2).getShort();
            case 'i', 'u' -> need(4).getInt();
            case 'x', 't' -> need(8).getLong();
            case 'd' -> need(8).getDouble();
            case 's' -> text(need(4).getInt());
            case 'o' -> path(text(need(4).getInt()));
            case 'g' -> Signatures.checked(text(need(1).get() & 0xFF));
            case 'v' -> variant();
            case 'h' -> descriptor(need(4).getInt());
            case 'a' -> type.charAt(1) == '{' ? map(type.substring(1)) : list(type.substring(1));
            case '(' -> new Struct(fields(type));
            default -> throw new DBusException("malformed type \"" + type + "\"");
        };
        depth--;
        return value;
    }

    private static boolean truth(int value) {
        if (value != 0 && value != 1) {
            throw new DBusException("a boolean of the value " + Integer.toUnsignedString(value));
        }
        return value == 1;
    }

    private static String path(String text) {
        if (!Signatures.isObjectPath(text)) {
            throw new DBusException("an object path \"" + text + "\"");
        }
        return text;
    }

    private Variant variant() {
        String signature = text(need(1).get() & 0xFF);
        if (signature.isEmpty() || Signatures.end(signature, 0) != signature.length()) {
            throw new DBusException("a variant of the signature \"" + signature + "\"");
        }
        return new Variant(signature, value(signature));
    }

    private Fd descriptor(int index) {
        if (index < 0 || index >= fds.size()) {
            throw new DBusException("descriptor " + Integer.toUnsignedString(index) + " of " + fds.size());
        }
        return fds.get(index);
    }

    private List<Object> fields(String type) {
        List<Object> fields = new ArrayList<>();
        for (int at = 1; at < type.length() - 1;) {
            int end = Signatures.end(type, at);
            fields.add(value(type.substring(at, end)));
            at = end;
        }
        return fields;
    }

    private int arrayEnd(char element) {
        int length = need(4).getInt();
        align(Signatures.alignment(element));
        if (length < 0 || length > MAX_ARRAY || length > in.remaining()) {
            throw new DBusException("an array of " + Integer.toUnsignedString(length) + " bytes in " + in.remaining());
        }
        return in.position() + length;
    }

    private List<Object> list(String element) {
        int end = arrayEnd(element.charAt(0));
        List<Object> list = new ArrayList<>();
        while (in.position() < end) {
            list.add(value(element));
        }
        requireEnd(end);
        return list;
    }

    private Map<Object, Object> map(String entry) {
        int keyEnd = Signatures.end(entry, 1);
        int end = arrayEnd('{');
        Map<Object, Object> map = new LinkedHashMap<>();
        while (in.position() < end) {
            align(8);
            Object key = value(entry.substring(1, keyEnd));
            map.put(key, value(entry.substring(keyEnd, entry.length() - 1)));
        }
        requireEnd(end);
        return map;
    }

    private void requireEnd(int end) {
        if (in.position() != end) {
            throw new DBusException("an array's last element reaches beyond its end");
        }
    }

    /** A text of so many bytes and its terminating zero. */
    private String text(int length) {
        if (length < 0 || length == Integer.MAX_VALUE) {
            throw new DBusException("a text of " + Integer.toUnsignedString(length) + " bytes");
        }
        need(length + 1);
        if (in.get(in.position() + length) != 0) {
            throw new DBusException("a text without its end");
        }
        ByteBuffer bytes = in.slice(in.position(), length);
        in.position(in.position() + length + 1);
        try {
            String text = StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
            if (text.indexOf('\0') >= 0) {
                throw new DBusException("a text with a zero in it");
            }
            return text;
        } catch (CharacterCodingException e) {
            throw new DBusException("a text that is not UTF-8", e);
        }
    }

    void align(int bytes) {
        for (int skip = -in.position() & bytes - 1; skip > 0; skip--) {
            if (need(1).get() != 0) {
                throw new DBusException("padding that is not zero");
            }
        }
    }

    /** @throws DBusException if something follows what was read */
    void requireEnd() {
        if (in.hasRemaining()) {
            throw new DBusException(in.remaining() + " bytes after the last value");
        }
    }

    private ByteBuffer need(int bytes) {
        if (in.remaining() < bytes) {
            throw new DBusException("a message is cut short");
        }
        return in;
    }
}
