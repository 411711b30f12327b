package lumen.host.control;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Objects;
import java.util.OptionalInt;
import lumen.core.control.ControlCipher;

/**
 * Who may open a session's control stream.
 *
 * @param session     short name of the session, for logs
 * @param connectData the number announced to the client; empty for clients that don't echo it, which are
 *                    known by their address
 * @param source      the client's address during RTSP
 * @param key         the session's 16 bytes; copied at registration
 * @param version     how the stream is encrypted
 * @param patience    how long the client may take to connect, and how long it may stay silent afterwards
 */
public record ControlTicket(String session, OptionalInt connectData, InetAddress source, byte[] key,
                            ControlCipher.Version version, Duration patience) {
    /** What other hosts allow. */
    public static final Duration USUAL_PATIENCE = Duration.ofSeconds(10);

    public ControlTicket {
        Objects.requireNonNull(session);
        Objects.requireNonNull(connectData);
        Objects.requireNonNull(source);
        Objects.requireNonNull(key);
        Objects.requireNonNull(version);
        if (patience.isNegative() || patience.isZero()) {
            throw new IllegalArgumentException("patience: " + patience);
        }
    }

    boolean admits(int data, InetAddress address) {
        return connectData.isPresent() ? connectData.getAsInt() == data : source.equals(address);
    }

    /** Without the key. */
    @Override
    public String toString() {
        return "ControlTicket[" + session + "]";
    }
}
