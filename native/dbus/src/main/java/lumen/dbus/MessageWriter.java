package lumen.dbus;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import lumen.posix.Fd;

/** Marshals values, little-endian. */
final class MessageWriter {
    private ByteBuffer out = ByteBuffer.allocate(512).order(ByteOrder.LITTLE_ENDIAN);
    private final List<Fd> fds = new ArrayList<>();

    /** All values of a signature. */
    void values(String signature, List<?> values) {
        int at = 0;
        for (Object value : values) {
            int end = Signatures.end(signature, at);
            value(signature.substring(at, end), value);
            at = end;
        }
        if (at != signature.length()) {
            throw new IllegalArgumentException(values.size() + " values for the signature " + signature);
        }
    }

    void value(String type, Object value) {
        char code = type.charAt(0);
        align(Signatures.alignment(code));
        switch (code) {
            case 'y' -> room(1).put((Byte) value);
            case 'b' -> room(4).putInt((Boolean) value ? 1 : 0);
            case 'n', 'q' -> room(2).putShort((Short) value);
            case 'i', 'u' -> room(4).putInt((Integer) value);
            case 'x', 't' -> room(8).putLong((Long) value);
            case 'd' -> room(8).putDouble((Double) value);
            case 's' -> text((String) value);
            case 'o' -> path((String) value);
            case 'g' -> signature((String) value);
            case 'v' -> {
                Variant variant = (Variant) value;
                signature(variant.signature());
                value(variant.signature(), variant.value());
            }
            case 'h' -> {
                room(4).putInt(fds.size());
                fds.add((Fd) value);
            }
            case 'a' -> array(type.substring(1), value);
            case '(' -> {
                Struct struct = (Struct) value;
                int at = 1;
                for (Object field : struct.fields()) {
                    int end = Signatures.end(type, at);
                    value(type.substring(at, end), field);
                    at = end;
                }
                if (at != type.length() - 1) {
                    throw new IllegalArgumentException(struct.fields().size() + " fields for the type " + type);
                }
            }
            default -> throw new IllegalArgumentException("type " + type);
        }
    }

    private void array(String element, Object value) {
        int lengthAt = out.position();
        room(4).putInt(0);
        align(Signatures.alignment(element.charAt(0)));
        int begin = out.position();
        if (value instanceof Map<?, ?> map) {
            int keyEnd = Signatures.end(element, 1);
            map.forEach((key, item) -> {
                align(8);
                value(element.substring(1, keyEnd), key);
                value(element.substring(keyEnd, element.length() - 1), item);
            });
        } else {
            for (Object item : (List<?>) value) {
                value(element, item);
            }
        }
        out.putInt(lengthAt, out.position() - begin);
    }

    private void path(String path) {
        if (!Signatures.isObjectPath(path)) {
            throw new IllegalArgumentException("not an object path: " + path);
        }
        text(path);
    }

    private void text(String text) {
        if (text.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a text with a zero in it");
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        room(bytes.length + 5).putInt(bytes.length).put(bytes).put((byte) 0);
    }

    private void signature(String text) {
        byte[] bytes = Signatures.checked(text).getBytes(StandardCharsets.US_ASCII);
        room(bytes.length + 2).put((byte) bytes.length).put(bytes).put((byte) 0);
    }

    void align(int bytes) {
        room(bytes);
        while (out.position() % bytes != 0) {
            out.put((byte) 0);
        }
    }

    private ByteBuffer room(int bytes) {
        if (out.remaining() < bytes) {
            ByteBuffer larger = ByteBuffer.allocate(2 * out.capacity() + bytes).order(ByteOrder.LITTLE_ENDIAN);
            out = larger.put(out.flip());
        }
        return out;
    }

    /** Descriptors to send along, in the order of their indices; still their owner's. */
    List<Fd> fds() {
        return fds;
    }

    byte[] bytes() {
        return Arrays.copyOf(out.array(), out.position());
    }
}
