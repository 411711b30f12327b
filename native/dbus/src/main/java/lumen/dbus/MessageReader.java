package lumen.dbus;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import lumen.posix.Fd;

/** Unmarshals values somebody else wrote: every length is checked. */
final class MessageReader {
    private static final int MAX_ARRAY = 1 << 26;
    private static final int MAX_DEPTH = 64;

    private final ByteBuffer in;
    private final List<Fd> fds;
    private int depth;

    /** @param in positioned at a multiple of 8 of its message, in the message's byte order */
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
            case 'b' -> need(4).getInt() != 0;
            case 'n', 'q' -> need(2).getShort();
            case 'i', 'u' -> need(4).getInt();
            case 'x', 't' -> need(8).getLong();
            case 'd' -> need(8).getDouble();
            case 's', 'o' -> text(need(4).getInt());
            case 'g' -> text(need(1).get() & 0xFF);
            case 'v' -> variant();
            case 'h' -> descriptor(need(4).getInt());
            case 'a' -> type.charAt(1) == '{' ? map(type.substring(1)) : list(type.substring(1));
            case '(' -> new Struct(fields(type));
            default -> throw new DBusException("malformed type \"" + type + "\"");
        };
        depth--;
        return value;
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
            throw new DBusException("descriptor " + index + " of " + fds.size());
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
        if (Signatures.end(entry, keyEnd) != entry.length() - 1) {
            throw new DBusException("malformed type \"" + entry + "\"");
        }
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
        if (length < 0) {
            throw new DBusException("a text of " + Integer.toUnsignedString(length) + " bytes");
        }
        need(length + 1);
        byte[] bytes = new byte[length];
        in.get(bytes);
        if (in.get() != 0) {
            throw new DBusException("a text without its end");
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    void align(int bytes) {
        int skip = -in.position() & bytes - 1;
        need(skip).position(in.position() + skip);
    }

    private ByteBuffer need(int bytes) {
        if (bytes < 0 || in.remaining() < bytes) {
            throw new DBusException("a message is cut short");
        }
        return in;
    }
}
