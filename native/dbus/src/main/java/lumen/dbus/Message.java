package lumen.dbus;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import lumen.posix.Fd;

/**
 * A message of the bus.
 *
 * @param replySerial of the call this answers; 0 if it answers none
 * @param fields      header fields: path, interface, member, error name, destination, sender; empty texts if absent
 * @param fds         descriptors that came along, owned by whoever takes the message
 */
public record Message(Type type, int serial, int replySerial, Fields fields, String signature, List<Object> body, List<Fd> fds) {
    /** Bytes of the fixed part. */
    static final int FIXED = 16;
    static final int MAX_LENGTH = 1 << 27;
    private static final byte LITTLE = 'l';
    private static final byte BIG = 'B';
    private static final byte PROTOCOL = 1;

    /** {@code DBUS_MESSAGE_TYPE_*}, by number. */
    public enum Type { INVALID, CALL, RETURN, ERROR, SIGNAL }

    /** What a header can name. */
    public record Fields(String path, String interfaceName, String member, String error, String destination, String sender) {
        static Fields call(String destination, String path, String interfaceName, String member) {
            return new Fields(path, interfaceName, member, "", destination, "");
        }
    }

    /** Lengths of a message as its first 16 bytes tell them: the header's whole length, padded, and the body's. */
    record Lengths(int header, int body) {
        /** @throws DBusException if they can't be */
        static Lengths of(ByteBuffer fixed) {
            ByteBuffer in = ordered(fixed.duplicate());
            int body = in.getInt(4);
            int fields = in.getInt(12);
            long header = (FIXED + (long) fields + 7) & ~7L;
            if (body < 0 || fields < 0 || header + body > MAX_LENGTH) {
                throw new DBusException("a message of " + Integer.toUnsignedString(body) + " bytes");
            }
            return new Lengths((int) header, body);
        }
    }

    private static ByteBuffer ordered(ByteBuffer message) {
        byte order = message.get(0);
        if (order != LITTLE && order != BIG) {
            throw new DBusException("a message in byte order " + order);
        }
        return message.order(order == LITTLE ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    }

    /**
     * Reads a whole message.
     *
     * @param fds owned by the message from now on, also if this fails
     * @throws DBusException if it is malformed; the descriptors are closed then
     */
    static Message parse(ByteBuffer bytes, List<Fd> fds) {
        try {
            return parseUnsafe(ordered(bytes.duplicate()), fds);
        } catch (RuntimeException e) {
            fds.forEach(Fd::close);
            throw e instanceof DBusException d ? d : new DBusException("malformed message: " + e, e);
        }
    }

    /** How many descriptors a whole message says it comes with. */
    static int descriptors(ByteBuffer bytes) {
        ByteBuffer in = ordered(bytes);
        in.position(12);
        for (Object entry : (List<?>) new MessageReader(in, List.of()).value("a(yv)")) {
            if ((Byte) ((Struct) entry).get(0) == 9 && ((Variant) ((Struct) entry).get(1)).value() instanceof Integer count) {
                return Math.max(0, count);
            }
        }
        return 0;
    }

    private static Message parseUnsafe(ByteBuffer in, List<Fd> fds) {
        int type = in.get(1);
        if (type < 1 || type >= Type.values().length || in.get(3) != PROTOCOL) {
            throw new DBusException("a message of type " + type + ", protocol version " + in.get(3));
        }
        int serial = in.getInt(8);
        String[] texts = new String[10];
        java.util.Arrays.fill(texts, "");
        int replySerial = 0;
        int fdCount = 0;
        in.position(12);
        MessageReader header = new MessageReader(in, List.of());
        for (Object entry : (List<?>) header.value("a(yv)")) {
            int code = (Byte) ((Struct) entry).get(0);
            Object value = ((Variant) ((Struct) entry).get(1)).value();
            if (code == 5) {
                replySerial = (Integer) value;
            } else if (code == 9) {
                fdCount = (Integer) value;
            } else if (code > 0 && code < texts.length) {
                texts[code] = (String) value;
            }
        }
        if (fdCount > fds.size()) {
            throw new DBusException("a message of " + fdCount + " descriptors came with " + fds.size());
        }
        header.align(8);
        // Alignment in the body counts from its own beginning, which is a multiple of 8 of the message.
        List<Object> body = new MessageReader(in, fds).values(texts[8]);
        return new Message(Type.values()[type], serial, replySerial,
                new Fields(texts[1], texts[2], texts[3], texts[4], texts[6], texts[7]), texts[8], body, fds);
    }

    /** The bytes of a message, and the descriptors to send along. */
    record Encoded(byte[] bytes, List<Fd> fds) {
    }

    /** @param noReply the receiver shall not answer */
    static Encoded encode(Type type, boolean noReply, int serial, int replySerial, Fields fields, String signature, List<?> body) {
        MessageWriter values = new MessageWriter();
        values.values(signature, body);
        byte[] bodyBytes = values.bytes();
        List<Object> entries = new ArrayList<>();
        text(entries, 1, "o", fields.path());
        text(entries, 2, "s", fields.interfaceName());
        text(entries, 3, "s", fields.member());
        text(entries, 4, "s", fields.error());
        if (replySerial != 0) {
            entries.add(Struct.of((byte) 5, Variant.unsigned(replySerial)));
        }
        text(entries, 6, "s", fields.destination());
        text(entries, 8, "g", signature);
        if (!values.fds().isEmpty()) {
            entries.add(Struct.of((byte) 9, Variant.unsigned(values.fds().size())));
        }
        MessageWriter out = new MessageWriter();
        out.values("yyyyuua(yv)", List.of(LITTLE, (byte) type.ordinal(), (byte) (noReply ? 1 : 0), PROTOCOL, bodyBytes.length, serial, entries));
        out.align(8);
        byte[] head = out.bytes();
        byte[] all = java.util.Arrays.copyOf(head, head.length + bodyBytes.length);
        System.arraycopy(bodyBytes, 0, all, head.length, bodyBytes.length);
        return new Encoded(all, values.fds());
    }

    private static void text(List<Object> entries, int code, String type, String value) {
        if (!value.isEmpty()) {
            entries.add(Struct.of((byte) code, new Variant(type, value)));
        }
    }

    /** The first value of the body, if it has one of that type. */
    public <T> Optional<T> first(Class<T> type) {
        return body.stream().findFirst().filter(type::isInstance).map(type::cast);
    }

    /** Closes the descriptors, for those who don't want the message. */
    public void discard() {
        fds.forEach(Fd::close);
    }
}
