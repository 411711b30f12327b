package lumen.host.net;

/** What a port is for, and how far it lies from the base port (control plane, section 1.1). */
public enum PortPurpose {
    HTTPS("TCP", -5), HTTP("TCP", 0), VIDEO("UDP", 9), CONTROL("UDP", 10), AUDIO("UDP", 11), RTSP("TCP", 21);

    private final String transport;
    private final int offset;

    PortPurpose(String transport, int offset) {
        this.transport = transport;
        this.offset = offset;
    }

    /** TCP or UDP. */
    public String transport() {
        return transport;
    }

    public int offset() {
        return offset;
    }
}
