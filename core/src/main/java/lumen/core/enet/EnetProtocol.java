package lumen.core.enet;

/**
 * The byte layouts of ENet datagrams and commands (streams reference, 3.2). Everything is big-endian, but
 * for the connect id, which is four opaque bytes.
 */
final class EnetProtocol {
    /** Peer id of a datagram whose sender does not know its own index yet. */
    static final int UNKNOWN_PEER = 0xFFF;
    /** Channel of commands that belong to the connection itself. */
    static final int PEER_CHANNEL = 0xFF;
    /** Commands in one datagram at most. */
    static final int MAX_COMMANDS = 32;
    static final int MIN_MTU = 576;
    static final int MAX_MTU = 4096;
    static final int MIN_WINDOW = 4096;
    static final int MAX_WINDOW = 65536;
    /** Session id of a side that had no connection before. */
    static final int NO_SESSION = 0xFF;
    /** Numbers in each of the 16 windows of the reliable sequence. */
    static final int WINDOW_SHIFT = 12;
    /** Windows from the current one on in which a reliable command is accepted. */
    static final int OPEN_WINDOWS = 7;

    static final int ACKNOWLEDGE = 1;
    static final int CONNECT = 2;
    static final int VERIFY_CONNECT = 3;
    static final int DISCONNECT = 4;
    static final int PING = 5;
    static final int SEND_RELIABLE = 6;
    static final int SEND_UNRELIABLE = 7;
    static final int SEND_FRAGMENT = 8;
    static final int SEND_UNSEQUENCED = 9;
    static final int BANDWIDTH_LIMIT = 10;
    static final int THROTTLE_CONFIGURE = 11;
    static final int SEND_UNRELIABLE_FRAGMENT = 12;

    static final int TYPE_MASK = 0x0F;
    static final int FLAG_ACKNOWLEDGE = 0x80;
    static final int FLAG_UNSEQUENCED = 0x40;

    /** Bytes of each command without its data, by type; 0 for types that don't exist. */
    private static final int[] LENGTHS = {0, 8, 48, 44, 8, 4, 6, 8, 24, 8, 12, 16, 24, 0, 0, 0};

    private EnetProtocol() {
    }

    static int length(int type) {
        return LENGTHS[type];
    }

    /** Where a command of that type says how much data follows it, or -1 if it carries none. */
    static int dataLengthAt(int type) {
        return switch (type) {
            case SEND_RELIABLE -> Reliable.DATA_LENGTH;
            case SEND_UNRELIABLE, SEND_UNSEQUENCED -> Unreliable.DATA_LENGTH;
            case SEND_FRAGMENT, SEND_UNRELIABLE_FRAGMENT -> Fragment.DATA_LENGTH;
            default -> -1;
        };
    }

    /** What every datagram starts with; the time is there only if the flag says so. */
    static final class Header {
        static final int FLAGS_AND_PEER = 0;
        static final int SENT_TIME = 2;
        static final int SHORT_LENGTH = 2;
        static final int LENGTH = 4;
        static final int PEER_MASK = 0x0FFF;
        static final int SESSION_SHIFT = 12;
        static final int SESSION_MASK = 3;
        static final int COMPRESSED = 0x4000;
        static final int HAS_SENT_TIME = 0x8000;

        private Header() {
        }
    }

    /** What every command starts with. */
    static final class Command {
        static final int TYPE_AND_FLAGS = 0;
        static final int CHANNEL = 1;
        static final int SEQUENCE = 2;

        private Command() {
        }
    }

    /** ACKNOWLEDGE. */
    static final class Acknowledge {
        static final int SEQUENCE = 4;
        static final int SENT_TIME = 6;
        static final int LENGTH = 8;

        private Acknowledge() {
        }
    }

    /** CONNECT, and VERIFY_CONNECT which lacks the data at the end. */
    static final class Connect {
        static final int PEER = 4;
        static final int INCOMING_SESSION = 6;
        static final int OUTGOING_SESSION = 7;
        static final int MTU = 8;
        static final int WINDOW = 12;
        static final int CHANNELS = 16;
        static final int INCOMING_BANDWIDTH = 20;
        static final int OUTGOING_BANDWIDTH = 24;
        static final int THROTTLE_INTERVAL = 28;
        static final int THROTTLE_ACCELERATION = 32;
        static final int THROTTLE_DECELERATION = 36;
        static final int CONNECT_ID = 40;
        static final int DATA = 44;

        private Connect() {
        }
    }

    /** DISCONNECT. */
    static final class Disconnect {
        static final int DATA = 4;

        private Disconnect() {
        }
    }

    /** SEND_RELIABLE. */
    static final class Reliable {
        static final int DATA_LENGTH = 4;

        private Reliable() {
        }
    }

    /** SEND_UNRELIABLE, and SEND_UNSEQUENCED whose number is that of its group. */
    static final class Unreliable {
        static final int NUMBER = 4;
        static final int DATA_LENGTH = 6;

        private Unreliable() {
        }
    }

    /** SEND_FRAGMENT. */
    static final class Fragment {
        static final int START = 4;
        static final int DATA_LENGTH = 6;
        static final int COUNT = 8;
        static final int NUMBER = 12;
        static final int TOTAL = 16;
        static final int OFFSET = 20;

        private Fragment() {
        }
    }

    /** THROTTLE_CONFIGURE. */
    static final class Throttle {
        static final int INTERVAL = 4;
        static final int ACCELERATION = 8;
        static final int DECELERATION = 12;

        private Throttle() {
        }
    }

    static int u8(byte[] b, int at) {
        return b[at] & 0xFF;
    }

    static int u16(byte[] b, int at) {
        return (b[at] & 0xFF) << 8 | b[at + 1] & 0xFF;
    }

    static int i32(byte[] b, int at) {
        return u16(b, at) << 16 | u16(b, at + 2);
    }

    static long u32(byte[] b, int at) {
        return i32(b, at) & 0xFFFF_FFFFL;
    }

    static void put16(byte[] b, int at, int value) {
        b[at] = (byte) (value >> 8);
        b[at + 1] = (byte) value;
    }

    static void put32(byte[] b, int at, int value) {
        put16(b, at, value >> 16);
        put16(b, at + 2, value);
    }

    /** A command with its header filled in and room for its fields and data. */
    static byte[] command(int typeAndFlags, int channel, int sequence, int dataLength) {
        byte[] c = new byte[length(typeAndFlags & TYPE_MASK) + dataLength];
        c[Command.TYPE_AND_FLAGS] = (byte) typeAndFlags;
        c[Command.CHANNEL] = (byte) channel;
        put16(c, Command.SEQUENCE, sequence);
        return c;
    }
}
