package lumen.dbus;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * What stands before a message's values (D-Bus Specification, "Message Format").
 *
 * @param fds how many descriptors come with the message
 */
record Header(Message.Type type, boolean noReply, int serial, int replySerial, Message.Fields fields, String signature, int fds) {
    /** Bytes of the fixed part. */
    static final int FIXED = 16;
    /** Header and body. The protocol allows 128 MiB; nothing we ask for comes near this. */
    static final int MAX_LENGTH = 1 << 23;
    static final byte LITTLE = 'l';
    static final byte BIG = 'B';
    static final byte PROTOCOL = 1;
    static final int FLAG_NO_REPLY = 1;

    static final int PATH = 1;
    static final int INTERFACE = 2;
    static final int MEMBER = 3;
    static final int ERROR_NAME = 4;
    static final int REPLY_SERIAL = 5;
    static final int DESTINATION = 6;
    static final int SENDER = 7;
    static final int SIGNATURE = 8;
    static final int UNIX_FDS = 9;
    /** The type of each field's value, by its code. */
    private static final String TYPES = " osssussgu";

    /** Lengths of a message as its first 16 bytes tell them: the header's whole length, padded, and the body's. */
    record Lengths(int header, int body) {
        /** @throws DBusException if they can't be */
        static Lengths of(ByteBuffer fixed) {
            ByteBuffer in = ordered(fixed);
            int body = in.getInt(4);
            int fields = in.getInt(12);
            long header = (FIXED + Integer.toUnsignedLong(fields) + 7) & ~7L;
            if (header + Integer.toUnsignedLong(body) > MAX_LENGTH) {
                throw new DBusException("a message of " + (header + Integer.toUnsignedLong(body)) + " bytes");
            }
            return new Lengths((int) header, body);
        }
    }

    /** The same bytes in the byte order that the first one names. */
    static ByteBuffer ordered(ByteBuffer message) {
        byte order = message.get(0);
        if (order != LITTLE && order != BIG) {
            throw new DBusException("a message in byte order " + order);
        }
        return message.duplicate().order(order == LITTLE ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    }

    /**
     * Reads a header, and moves on to the body.
     *
     * @param in a whole message as {@link #ordered} answers it
     */
    static Header read(ByteBuffer in) {
        int number = in.get(1);
        if (number == 0 || in.get(3) != PROTOCOL) {
            throw new DBusException("a message of type " + number + ", protocol version " + in.get(3));
        }
        // Types to come are no error, but nothing we know what to do with.
        Message.Type type = number > 0 && number < Message.Type.values().length ? Message.Type.values()[number] : Message.Type.INVALID;
        Object[] values = new Object[TYPES.length()];
        in.position(12);
        MessageReader reader = new MessageReader(in, List.of());
        for (Object entry : (List<?>) reader.value("a(yv)")) {
            int code = (Byte) ((Struct) entry).get(0) & 0xFF;
            Variant variant = (Variant) ((Struct) entry).get(1);
            if (code == 0 || code < values.length && !variant.signature().equals(TYPES.substring(code, code + 1))) {
                throw new DBusException("a header field " + code + " of type " + variant.signature());
            }
            if (code < values.length) {
                values[code] = variant.value();
            }
        }
        reader.align(8);
        Header header = new Header(type, (in.get(2) & FLAG_NO_REPLY) != 0, in.getInt(8), number(values[REPLY_SERIAL]),
                new Message.Fields(text(values[PATH]), text(values[INTERFACE]), text(values[MEMBER]), text(values[ERROR_NAME]),
                        text(values[DESTINATION]), text(values[SENDER])), text(values[SIGNATURE]), number(values[UNIX_FDS]));
        header.check();
        return header;
    }

    private void check() {
        boolean complete = switch (type) {
            case CALL -> !fields.path().isEmpty() && !fields.member().isEmpty();
            case SIGNAL -> !fields.path().isEmpty() && !fields.interfaceName().isEmpty() && !fields.member().isEmpty();
            case RETURN -> replySerial != 0;
            case ERROR -> replySerial != 0 && !fields.error().isEmpty();
            case INVALID -> true;
        };
        if (!complete || serial == 0 || fds < 0) {
            throw new DBusException("a message of the kind " + type + " with an incomplete header: serial " + serial + ", " + fields);
        }
    }

    private static String text(Object value) {
        return value == null ? "" : (String) value;
    }

    private static int number(Object value) {
        return value == null ? 0 : (Integer) value;
    }
}
