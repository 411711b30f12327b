package lumen.core.enet;

/** A command of ours: waiting to be sent, or sent and waiting for its acknowledgement. */
final class Outgoing {
    final byte[] bytes;
    final int channel;
    final int sequence;
    final boolean reliable;
    /** Bytes of message data, which count towards the window. */
    final int dataLength;

    /** How often it was sent. */
    int attempts;
    long sentAtMillis;
    long timeoutMillis;
    boolean inFlight;
    boolean acknowledged;

    Outgoing(byte[] bytes, int dataLength) {
        this.bytes = bytes;
        this.dataLength = dataLength;
        channel = EnetProtocol.u8(bytes, EnetProtocol.Command.CHANNEL);
        sequence = EnetProtocol.u16(bytes, EnetProtocol.Command.SEQUENCE);
        reliable = (bytes[EnetProtocol.Command.TYPE_AND_FLAGS] & EnetProtocol.FLAG_ACKNOWLEDGE) != 0;
    }

    int type() {
        return bytes[EnetProtocol.Command.TYPE_AND_FLAGS] & EnetProtocol.TYPE_MASK;
    }

    int key() {
        return key(channel, sequence);
    }

    static int key(int channel, int sequence) {
        return channel << 16 | sequence;
    }
}
