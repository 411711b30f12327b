package lumen.dbus;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
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
public record Message(Type type, boolean noReply, int serial, int replySerial, Fields fields, String signature, List<Object> body,
                      List<Fd> fds) {

    /** {@code DBUS_MESSAGE_TYPE_*}, by number. */
    public enum Type { INVALID, CALL, RETURN, ERROR, SIGNAL }

    /** What a header can name. */
    public record Fields(String path, String interfaceName, String member, String error, String destination, String sender) {
        static Fields call(String destination, String path, String interfaceName, String member) {
            return new Fields(path, interfaceName, member, "", destination, "");
        }
    }

    /**
     * Reads a whole message.
     *
     * @param waiting descriptors that have arrived; the message takes its own from the front, also if this fails
     * @throws DBusException if it is malformed; its descriptors are closed then
     */
    static Message parse(ByteBuffer bytes, List<Fd> waiting) {
        List<Fd> own = new ArrayList<>();
        try {
            ByteBuffer in = Header.ordered(bytes);
            Header header = Header.read(in);
            if (header.fds() > waiting.size()) {
                throw new DBusException("a message of " + header.fds() + " descriptors came with " + waiting.size());
            }
            List<Fd> first = waiting.subList(0, header.fds());
            own.addAll(first);
            first.clear();
            MessageReader reader = new MessageReader(in, own);
            List<Object> body = reader.values(header.signature());
            reader.requireEnd();
            return new Message(header.type(), header.noReply(), header.serial(), header.replySerial(), header.fields(),
                    header.signature(), body, own);
        } catch (RuntimeException e) {
            own.forEach(Fd::close);
            throw e;
        }
    }

    /** The bytes of a message, and the descriptors to send along. */
    record Encoded(byte[] bytes, List<Fd> fds) {
    }

    static Encoded encode(Type type, boolean noReply, int serial, int replySerial, Fields fields, String signature, List<?> body) {
        MessageWriter values = new MessageWriter();
        values.values(signature, body);
        byte[] bodyBytes = values.bytes();
        List<Object> entries = new ArrayList<>();
        text(entries, Header.PATH, "o", fields.path());
        text(entries, Header.INTERFACE, "s", fields.interfaceName());
        text(entries, Header.MEMBER, "s", fields.member());
        text(entries, Header.ERROR_NAME, "s", fields.error());
        if (replySerial != 0) {
            entries.add(Struct.of((byte) Header.REPLY_SERIAL, Variant.unsigned(replySerial)));
        }
        text(entries, Header.DESTINATION, "s", fields.destination());
        text(entries, Header.SIGNATURE, "g", signature);
        if (!values.fds().isEmpty()) {
            entries.add(Struct.of((byte) Header.UNIX_FDS, Variant.unsigned(values.fds().size())));
        }
        MessageWriter out = new MessageWriter();
        out.values("yyyyuua(yv)", List.of(Header.LITTLE, (byte) type.ordinal(), (byte) (noReply ? Header.FLAG_NO_REPLY : 0),
                Header.PROTOCOL, bodyBytes.length, serial, entries));
        out.align(8);
        byte[] head = out.bytes();
        if ((long) head.length + bodyBytes.length > Header.MAX_LENGTH) {
            throw new IllegalArgumentException("a message of " + bodyBytes.length + " bytes");
        }
        byte[] all = Arrays.copyOf(head, head.length + bodyBytes.length);
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

    /**
     * A value of the body.
     *
     * @throws DBusException if there is none of that type at that place
     */
    public <T> T get(int index, Class<T> type) {
        if (index >= body.size() || !type.isInstance(body.get(index))) {
            throw new DBusException("an answer of the signature \"" + signature + "\" where value " + index + " should be a "
                    + type.getSimpleName());
        }
        return type.cast(body.get(index));
    }

    /** Closes the descriptors, for those who don't want the message. */
    public void discard() {
        fds.forEach(Fd::close);
    }
}
