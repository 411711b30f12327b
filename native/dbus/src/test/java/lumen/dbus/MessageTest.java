package lumen.dbus;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import lumen.posix.EventFd;
import lumen.posix.Fd;
import org.junit.jupiter.api.Test;

/** Byte vectors written out by hand from the D-Bus Specification. */
class MessageTest {
    private static final HexFormat HEX = HexFormat.of();

    /** The call of Hello: what every client sends first. */
    private static final String HELLO = """
            6c 01 00 01  00000000 01000000  6d000000
            01 01 6f 00  15000000 2f6f72672f667265656465736b746f702f4442757300 0000
            02 01 73 00  14000000 6f72672e667265656465736b746f702e4442757300 000000
            03 01 73 00  05000000 48656c6c6f00 0000
            06 01 73 00  14000000 6f72672e667265656465736b746f702e4442757300 000000""";

    /** The signal /a, i.I.S with the values (yes, 7, "\u00fc", [1, 2], {"k": <int16 -2>}, 0.5), big-endian, of :1.2. */
    private static final String SIGNAL = """
            42 04 01 01  00000038 00000009  00000051
            01 01 6f 00  00000002 2f6100 0000000000
            02 01 73 00  00000003 692e4900 00000000
            03 01 73 00  00000001 5300 000000000000
            07 01 73 00  00000004 3a312e3200 000000
            08 01 67 00  0b 6275736179617b73767d6400
            00000000000000
            00000001 00000007 00000002 c3bc00 00 00000002 0102 0000
            0000000c 00000000 00000001 6b00 01 6e00 00 fffe 00000000
            3fe0000000000000""";

    private static byte[] bytes(String hex) {
        return HEX.parseHex(hex.replaceAll("\\s", ""));
    }

    private static Message parse(byte[] bytes) {
        return Message.parse(ByteBuffer.wrap(bytes), new ArrayList<>());
    }

    @Test
    void shouldWriteTheCallOfHelloByteForByte() {
        Message.Encoded hello = Message.encode(Message.Type.CALL, false, 1, 0,
                Message.Fields.call("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "Hello"), "", List.of());
        // Nothing but padding follows the last field.
        assertEquals(HEX.formatHex(bytes(HELLO)), HEX.formatHex(hello.bytes()));
    }

    @Test
    void shouldReadABigEndianSignal() {
        Message signal = parse(bytes(SIGNAL));
        assertEquals(Message.Type.SIGNAL, signal.type());
        assertTrue(signal.noReply());
        assertEquals(9, signal.serial());
        assertEquals(new Message.Fields("/a", "i.I", "S", "", "", ":1.2"), signal.fields());
        assertEquals("busaya{sv}d", signal.signature());
        assertEquals(List.of(true, 7, "\u00fc", List.of((byte) 1, (byte) 2), Map.of("k", new Variant("n", (short) -2)), 0.5), signal.body());
    }

    @Test
    void shouldReadWhatItWrites() {
        String signature = "ybnqiuxtdsogva(is)a{s(ov)}(a{uay}g)aas";
        List<Object> body = List.of((byte) -1, true, (short) -2, (short) 3, -4, 5, -6L, 7L, 8.5, "nine", "/ten", "a{sv}",
                new Variant("a(iv)", List.of(Struct.of(1, Variant.of("x")))), List.of(Struct.of(1, "a"), Struct.of(2, "")),
                Map.of("k", Struct.of("/", Variant.of(true))), Struct.of(Map.of(9, List.of((byte) 1)), ""),
                List.of(List.of("a", "b"), List.of()));
        Message.Fields fields = new Message.Fields("/p", "a.b", "M", "", ":1.7", "");
        Message read = parse(Message.encode(Message.Type.SIGNAL, true, -5, 0, fields, signature, body).bytes());
        assertEquals(body, read.body());
        assertEquals(fields, read.fields());
        assertEquals(-5, read.serial());
    }

    @Test
    void shouldRefuseMessagesThatBreakTheProtocol() {
        refused("byte order", 0, 'x');
        refused("message of type 0", 1, 0);
        refused("protocol version 2", 3, 2);
        refused("incomplete header: serial 0", 11, 0);
        refused("1 bytes after the last value", 0, -1);
        refused("header field 1 of type s", 18, 's');
        refused("object path", 24, 'a');
        refused("padding that is not zero", 27, 1);
        refused("incomplete header", 16, 99);
        refused("a boolean of the value 2", 107, 2);
        byte[] whole = bytes(SIGNAL);
        for (int length = 16; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThrows(DBusException.class, () -> parse(cut));
        }
    }

    /** Changes bytes of {@link #SIGNAL} from an offset on; a negative value appends a byte. */
    private static void refused(String message, int at, int... changes) {
        byte[] bytes = bytes(SIGNAL);
        int shift = 0;
        for (int change : changes) {
            if (change < 0) {
                bytes = Arrays.copyOf(bytes, bytes.length + 1);
            } else {
                bytes[at + shift++] = (byte) change;
            }
        }
        byte[] wrong = bytes;
        String said = assertThrows(DBusException.class, () -> parse(wrong)).getMessage();
        assertTrue(said.contains(message), () -> message + ": " + said);
    }

    @Test
    void shouldRefuseLengthsBeyondItsLimitBeforeReadingOn() {
        for (String hex : List.of("6c010001 ffffffff 01000000 00000000", "6c010001 00000000 01000000 ffffffff",
                "6c010001 01008000 01000000 00000000")) {
            assertThrows(DBusException.class, () -> Header.Lengths.of(ByteBuffer.wrap(bytes(hex))));
        }
        assertEquals(new Header.Lengths(24, 3), Header.Lengths.of(ByteBuffer.wrap(bytes("42010001 00000003 00000001 00000007"))));
    }

    @Test
    void shouldIgnoreFieldsAndTypesToCome() {
        byte[] bytes = bytes(SIGNAL);
        bytes[1] = 77;
        assertEquals(Message.Type.INVALID, parse(bytes).type());
        Message.Encoded call = Message.encode(Message.Type.CALL, false, 1, 0, Message.Fields.call("a.b", "/", "", "M"), "", List.of());
        // The destination becomes a field that doesn't exist yet.
        byte[] future = call.bytes();
        for (int i = 0; i < future.length; i++) {
            if (i % 8 == 0 && i >= 16 && future[i] == Header.DESTINATION) {
                future[i] = 42;
            }
        }
        assertEquals("", parse(future).fields().destination());
    }

    @Test
    void shouldGiveEachMessageItsOwnDescriptors() {
        try (EventFd event = new EventFd(); Fd given = Fd.duplicateOf(event.fd())) {
            Message.Encoded one = Message.encode(Message.Type.CALL, false, 1, 0, Message.Fields.call("a.b", "/", "", "M"), "h", List.of(given));
            assertEquals(List.of(given), one.fds());
            List<Fd> waiting = new ArrayList<>(List.of(Fd.duplicateOf(event.fd()), Fd.duplicateOf(event.fd())));
            Fd second = waiting.get(1);
            Message read = Message.parse(ByteBuffer.wrap(one.bytes()), waiting);
            assertEquals(List.of(second), waiting);
            assertEquals(read.fds(), read.body());
            read.discard();
            assertThrows(IllegalStateException.class, () -> read.fds().getFirst().value());
            Message.parse(ByteBuffer.wrap(one.bytes()), waiting).discard();
            assertThrows(DBusException.class, () -> Message.parse(ByteBuffer.wrap(one.bytes()), waiting), "none is left");
        }
    }

    @Test
    void shouldCloseTheDescriptorsOfAMalformedMessage() {
        try (EventFd event = new EventFd(); Fd given = Fd.duplicateOf(event.fd())) {
            byte[] bytes = Message.encode(Message.Type.CALL, false, 1, 0, Message.Fields.call("a.b", "/", "", "M"), "h", List.of(given)).bytes();
            bytes[bytes.length - 4] = 1;
            Fd came = Fd.duplicateOf(event.fd());
            List<Fd> waiting = new ArrayList<>(List.of(came));
            assertThrows(DBusException.class, () -> Message.parse(ByteBuffer.wrap(bytes), waiting));
            assertEquals(List.of(), waiting);
            assertThrows(IllegalStateException.class, came::value);
        }
    }

    @Test
    void shouldKnowSignaturesAndPaths() {
        for (String good : List.of("", "a{sv}", "(a{s(iv)}aau)", "a".repeat(30) + "i", "hgov")) {
            assertEquals(good, Signatures.checked(good));
        }
        for (String bad : List.of("a", "{sv}", "a{vs}", "a{s}", "a{sss}", "()", "(i", "i)", "z", "a".repeat(100) + "i", "i".repeat(256), "a{")) {
            assertThrows(DBusException.class, () -> Signatures.checked(bad), bad);
        }
        for (String good : List.of("/", "/a", "/a_9/B")) {
            assertTrue(Signatures.isObjectPath(good), good);
        }
        for (String bad : List.of("", "a", "//", "/a/", "/a-b", "/\u00e4")) {
            assertEquals(false, Signatures.isObjectPath(bad), bad);
        }
    }

    @Test
    void shouldRefuseToWriteWhatCannotBeRead() {
        assertThrows(IllegalArgumentException.class, () -> write("o", "no path"));
        assertThrows(IllegalArgumentException.class, () -> write("s", "a\0b"));
        assertThrows(IllegalArgumentException.class, () -> write("(ii)", Struct.of(1)));
        assertThrows(IllegalArgumentException.class, () -> write("ss", "one"));
        assertThrows(DBusException.class, () -> write("g", "z"));
    }

    private static void write(String signature, Object... values) {
        new MessageWriter().values(signature, List.of(values));
    }

    @Test
    void shouldParseAddresses() {
        Map<String, String> both = Map.of("DBUS_SESSION_BUS_ADDRESS",
                "tcp:host=h;unix:path=/a%20b,guid=0f;unix:abstract=/tmp/x;unix:runtime=yes", "XDG_RUNTIME_DIR", "/run/u");
        assertEquals(List.of(new BusAddress("/a b", false), new BusAddress("/tmp/x", true), new BusAddress("/run/u/bus", false)),
                BusAddress.session(both));
        assertEquals(List.of(new BusAddress("/run/u/bus", false)), BusAddress.session(Map.of("XDG_RUNTIME_DIR", "/run/u")));
        for (String bad : List.of("tcp:host=h", "unix:path=%zz", "unix:path=/a%0", "unix:path=/a%00")) {
            assertThrows(DBusException.class, () -> BusAddress.session(Map.of("DBUS_SESSION_BUS_ADDRESS", bad)), bad);
        }
        assertThrows(DBusException.class, () -> BusAddress.session(Map.of()));
    }

    @Test
    void shouldRefuseTextsThatAreNoUtf8() {
        byte[] bytes = bytes(SIGNAL);
        int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("\u00c3\u00bc");
        bytes[at + 1] = 'x';
        assertThrows(DBusException.class, () -> parse(bytes));
        bytes[at] = 0;
        assertArrayEquals(new byte[] {0, 'x'}, Arrays.copyOfRange(bytes, at, at + 2));
        assertThrows(DBusException.class, () -> parse(bytes));
    }
}
