package lumen.core.rtsp;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Reads one request from bytes that arrive in any pieces; the outcome depends on the bytes alone. Holds at
 * most {@link #MAX_HEAD} + {@link #MAX_BODY} bytes. One instance a connection; not thread-safe.
 */
public final class RtspRequestParser {
    /** Request line and headers, blank line included. */
    public static final int MAX_HEAD = 8 * 1024;
    public static final int MAX_BODY = 16 * 1024;
    /** Whole request. */
    public static final int MAX_REQUEST = MAX_HEAD + MAX_BODY;

    private static final int MAX_HEADERS = 64;

    private byte[] bytes = new byte[2048];
    private int length;
    private int scanned;
    private int headEnd = -1;
    private RtspRequest head;
    private int bodyLength;
    private boolean done;

    /**
     * Takes bytes. Bytes after the request's end are ignored: a connection carries one request.
     *
     * @return the request once it is whole
     * @throws RtspException 400 with the CSeq, if that was read; the parser is finished then
     */
    public Optional<RtspRequest> feed(byte[] in, int from, int count) throws RtspException {
        if (done) {
            return Optional.empty();
        }
        int taken = Math.min(count, MAX_REQUEST - length);
        append(in, from, taken);
        if (headEnd < 0) {
            findHead();
        }
        if (headEnd < 0 || length - headEnd < bodyLength) {
            return Optional.empty();
        }
        done = true;
        byte[] body = Arrays.copyOfRange(bytes, headEnd, headEnd + bodyLength);
        return Optional.of(new RtspRequest(head.method(), head.target(), head.headers(), body));
    }

    /** A whole message at once, as it comes out of an encrypted frame. */
    public static RtspRequest parse(byte[] message) throws RtspException {
        RtspRequestParser parser = new RtspRequestParser();
        Optional<RtspRequest> request = parser.feed(message, 0, message.length);
        if (request.isEmpty()) {
            throw new RtspException(400, parser.head == null ? 0 : parser.head.cseq(), "the message ends early");
        }
        return request.get();
    }

    private void append(byte[] in, int from, int count) {
        if (length + count > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.min(MAX_REQUEST, Math.max(length + count, 2 * bytes.length)));
        }
        System.arraycopy(in, from, bytes, length, count);
        length += count;
    }

    private void findHead() throws RtspException {
        int limit = Math.min(length, MAX_HEAD);
        for (; scanned < limit; scanned++) {
            if (bytes[scanned] == '\n' && blankLineEndsAt(scanned)) {
                headEnd = scanned + 1;
                parseHead();
                return;
            }
        }
        if (length >= MAX_HEAD) {
            done = true;
            throw new RtspException(400, cseqOf(limit), "the header is longer than " + MAX_HEAD + " bytes");
        }
    }

    private boolean blankLineEndsAt(int at) {
        int before = at > 0 && bytes[at - 1] == '\r' ? at - 2 : at - 1;
        return before >= 0 && bytes[before] == '\n';
    }

    private void parseHead() throws RtspException {
        String[] lines = new String(bytes, 0, headEnd, StandardCharsets.ISO_8859_1).split("\r?\n");
        List<RtspRequest.Header> headers = new ArrayList<>();
        for (int i = 1; i < lines.length && headers.size() < MAX_HEADERS; i++) {
            int colon = lines[i].indexOf(':');
            if (colon > 0) {
                headers.add(new RtspRequest.Header(lines[i].substring(0, colon).strip(), lines[i].substring(colon + 1).strip()));
            }
        }
        String[] words = lines.length == 0 ? new String[0] : lines[0].split(" ");
        boolean wellFormed = words.length == 3 && !words[0].isEmpty() && !words[1].isEmpty() && words[2].equals("RTSP/1.0");
        head = new RtspRequest(wellFormed ? words[0] : "", wellFormed ? words[1] : "", headers, new byte[0]);
        if (!wellFormed) {
            done = true;
            throw new RtspException(400, head.cseq(), "the first line is no RTSP/1.0 request");
        }
        String size = head.header("Content-length").orElse("0");
        bodyLength = RtspRequest.number(size);
        if (bodyLength > MAX_BODY || bodyLength == 0 && !size.chars().allMatch(c -> c == '0')) {
            done = true;
            throw new RtspException(400, head.cseq(), "Content-length is not 0 to " + MAX_BODY);
        }
    }

    private int cseqOf(int limit) {
        for (String line : new String(bytes, 0, limit, StandardCharsets.ISO_8859_1).split("\r?\n")) {
            if (line.regionMatches(true, 0, "CSeq:", 0, 5)) {
                return RtspRequest.number(line.substring(5).strip());
            }
        }
        return 0;
    }
}
