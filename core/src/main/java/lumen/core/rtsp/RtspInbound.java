package lumen.core.rtsp;

import java.util.Arrays;
import java.util.Optional;

/**
 * Reads what one connection brings: the first byte tells an encrypted frame from a plain request. Bounded;
 * independent of how the bytes are cut. One instance a connection; not thread-safe.
 */
public final class RtspInbound {
    /** What a connection brought. */
    public sealed interface Arrival {
        record Plain(RtspRequest request) implements Arrival {
        }

        /** @param bytes a whole frame, not yet opened */
        record Encrypted(byte[] bytes) implements Arrival {
        }
    }

    private final RtspRequestParser plain = new RtspRequestParser();
    private byte[] frame = new byte[0];
    private int have;
    private boolean started;
    private boolean encrypted;
    private boolean done;

    /**
     * Takes bytes; later bytes than the message's are ignored.
     *
     * @throws RtspException 400 for what can't become a request
     */
    public Optional<Arrival> feed(byte[] in, int from, int count) throws RtspException {
        if (done || count == 0) {
            return Optional.empty();
        }
        if (!started) {
            started = true;
            encrypted = RtspFrame.isEncrypted(in[from]);
            frame = new byte[encrypted ? RtspFrame.PAYLOAD_OFFSET : 0];
        }
        if (!encrypted) {
            Optional<RtspRequest> request = plain.feed(in, from, count);
            done = request.isPresent();
            return request.map(Arrival.Plain::new);
        }
        int at = from;
        int end = from + count;
        while (at < end && have < frame.length) {
            int n = Math.min(end - at, frame.length - have);
            System.arraycopy(in, at, frame, have, n);
            have += n;
            at += n;
            if (have == RtspFrame.PAYLOAD_OFFSET && frame.length == RtspFrame.PAYLOAD_OFFSET) {
                frame = Arrays.copyOf(frame, RtspFrame.PAYLOAD_OFFSET + statedLength());
            }
        }
        if (have < frame.length) {
            return Optional.empty();
        }
        done = true;
        return Optional.of(new Arrival.Encrypted(frame));
    }

    private int statedLength() throws RtspException {
        int length = RtspFrame.payloadLength(frame);
        if (length == 0 || length > RtspRequestParser.MAX_REQUEST) {
            done = true;
            throw new RtspException(400, 0, "a frame of " + length + " bytes");
        }
        return length;
    }
}
