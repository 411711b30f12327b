package lumen.core.rtsp;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One answer, written exactly as the stock client's parser needs it: {@code Name: value} with one blank, a
 * reason phrase, at least the CSeq header, CRLF line ends (control plane, section 6.3).
 *
 * @param body text without NUL, maybe empty
 */
public record RtspResponse(int status, String reason, List<RtspRequest.Header> headers, String body) {
    private static final Map<Integer, String> REASONS = Map.of(200, "OK", 400, "BAD REQUEST", 403, "Forbidden", 404, "NOT FOUND",
        454, "Session Not Found", 455, "Method Not Valid In This State", 500, "Internal Server Error", 503, "Service Unavailable");

    public RtspResponse {
        headers = List.copyOf(headers);
    }

    /** Status line and CSeq alone. */
    public static RtspResponse of(int status, int cseq) {
        return new RtspResponse(status, REASONS.getOrDefault(status, "Error"),
            List.of(new RtspRequest.Header("CSeq", Integer.toString(cseq))), "");
    }

    public RtspResponse with(String name, String value) {
        List<RtspRequest.Header> more = new ArrayList<>(headers);
        more.add(new RtspRequest.Header(name, value));
        return new RtspResponse(status, reason, more, body);
    }

    public RtspResponse withBody(String text) {
        return new RtspResponse(status, reason, headers, text);
    }

    /** The bytes of the wire. */
    public byte[] format() {
        StringBuilder text = new StringBuilder(256).append("RTSP/1.0 ").append(status).append(' ').append(reason).append("\r\n");
        for (RtspRequest.Header header : headers) {
            text.append(header.name()).append(": ").append(header.value()).append("\r\n");
        }
        return text.append("\r\n").append(body).toString().getBytes(StandardCharsets.ISO_8859_1);
    }
}
