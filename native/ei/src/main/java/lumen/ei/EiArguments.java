package lumen.ei;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Arguments of one event, read in order with every length checked. */
final class EiArguments {
    private final ByteBuffer in;

    EiArguments(ByteBuffer in) {
        this.in = in;
    }

    int u32() {
        return need(4).getInt();
    }

    long u64() {
        return need(8).getLong();
    }

    float f32() {
        return need(4).getFloat();
    }

    String string() {
        int length = need(4).getInt();
        if (length == 0) {
            return "";
        }
        if (length < 0 || length > in.remaining()) {
            throw new EiException("a text of " + Integer.toUnsignedString(length) + " bytes in " + in.remaining());
        }
        byte[] bytes = new byte[length];
        in.get(bytes);
        if (bytes[length - 1] != 0) {
            throw new EiException("a text without its end");
        }
        need(-length & 3).position(in.position() + (-length & 3));
        return new String(bytes, 0, length - 1, StandardCharsets.UTF_8);
    }

    private ByteBuffer need(int bytes) {
        if (in.remaining() < bytes) {
            throw new EiException("an event is cut short");
        }
        return in;
    }
}
