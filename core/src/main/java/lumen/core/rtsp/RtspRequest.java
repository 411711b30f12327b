package lumen.core.rtsp;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * One RTSP request.
 *
 * @param target verbatim; {@code streamid=…} and {@code /} are no URIs
 * @param headers in wire order
 * @param body never null, maybe empty; not copied
 */
public record RtspRequest(String method, String target, List<Header> headers, byte[] body) {
    /** A header line, value trimmed. */
    public record Header(String name, String value) {
    }

    public RtspRequest {
        headers = List.copyOf(headers);
    }

    /** First header of that name, case-insensitively. */
    public Optional<String> header(String name) {
        for (Header header : headers) {
            if (header.name().equalsIgnoreCase(name)) {
                return Optional.of(header.value());
            }
        }
        return Optional.empty();
    }

    /** The sequence number to echo; 0 if absent or no number. */
    public int cseq() {
        return header("CSeq").map(RtspRequest::number).orElse(0);
    }

    /** The token before the first {@code ;} of the Session header: old clients echo the whole value. */
    public Optional<String> sessionToken() {
        return header("Session").map(value -> value.split(";", 2)[0].strip());
    }

    /** The stream that a SETUP names: the text between {@code =} and the next {@code /}. */
    public Optional<StreamKind> stream() {
        int from = target.indexOf('=');
        if (from < 0) {
            return Optional.empty();
        }
        int to = target.indexOf('/', from);
        return StreamKind.named(target.substring(from + 1, to < 0 ? target.length() : to));
    }

    /** Client side: a request in the header order of the stock client. */
    public static RtspRequest of(String method, String target, int cseq, String host, List<Header> more, byte[] body) {
        List<Header> headers = new ArrayList<>();
        headers.add(new Header("CSeq", Integer.toString(cseq)));
        headers.add(new Header("X-GS-ClientVersion", "14"));
        headers.add(new Header("Host", host));
        headers.addAll(more);
        if (body.length > 0) {
            headers.add(new Header("Content-type", "application/sdp"));
            headers.add(new Header("Content-length", Integer.toString(body.length)));
        }
        return new RtspRequest(method, target, headers, body);
    }

    /** The bytes of the wire. */
    public byte[] format() {
        StringBuilder text = new StringBuilder(256).append(method).append(' ').append(target).append(" RTSP/1.0\r\n");
        for (Header header : headers) {
            text.append(header.name()).append(": ").append(header.value()).append("\r\n");
        }
        byte[] head = text.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
        byte[] whole = Arrays.copyOf(head, head.length + body.length);
        System.arraycopy(body, 0, whole, head.length, body.length);
        return whole;
    }

    static int number(String digits) {
        if (digits.isEmpty() || digits.length() > 9 || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return 0;
        }
        return Integer.parseInt(digits);
    }
}
