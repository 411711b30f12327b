package lumen.core.rtsp;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Reads answers with exactly the stock client's peculiarities (control plane, section 6.3), so that a host
 * that this reads is a host that Moonlight reads. Pure; any thread.
 */
public final class ClientResponseParser {
    /** The client gives up on longer answers. */
    public static final int MAX_ANSWER = 1024 * 1024;

    private ClientResponseParser() {
    }

    /**
     * What the client makes of an answer.
     *
     * @param headers by exact name, the last of equal names
     * @param body empty if absent: the client can't tell the two apart
     */
    public record Answer(int status, Map<String, String> headers, Optional<String> body) {
        /** Port of a SETUP answer; empty if the client would fall back to the well-known one. */
        public Optional<Integer> serverPort() {
            String transport = headers.getOrDefault("Transport", "");
            int at = transport.indexOf("server_port=");
            if (at < 0) {
                return Optional.empty();
            }
            int from = at + "server_port=".length();
            int to = from;
            while (to < transport.length() && to - from < 6 && Character.digit(transport.charAt(to), 10) >= 0) {
                to++;
            }
            int port = RtspRequest.number(transport.substring(from, to));
            return port >= 1 && port <= 65535 ? Optional.of(port) : Optional.empty();
        }

        /** The token before {@code ;}, if any and not empty. */
        public Optional<String> session() {
            return Optional.ofNullable(headers.get("Session")).map(value -> value.split(";", 2)[0]).filter(token -> !token.isEmpty());
        }

        /** Counts only with exactly 16 characters, none of them NUL. */
        public Optional<String> pingPayload() {
            return Optional.ofNullable(headers.get("X-SS-Ping-Payload")).filter(p -> p.length() == 16 && p.indexOf('\0') < 0);
        }

        /** Unsigned 32 bit, base by prefix: a leading zero would be read as octal. */
        public Optional<Integer> connectData() {
            try {
                return Optional.ofNullable(headers.get("X-SS-Connect-Data")).map(text -> {
                    boolean octal = text.length() > 1 && text.charAt(0) == '0';
                    return Integer.parseUnsignedInt(text, octal ? 8 : 10);
                });
            } catch (NumberFormatException e) {
                return Optional.empty();
            }
        }
    }

    /** @throws RtspException with status -1 where the client reports "malformed" */
    public static Answer parse(byte[] message) throws RtspException {
        if (message.length > MAX_ANSWER) {
            throw malformed("the answer is longer than " + MAX_ANSWER + " bytes");
        }
        String text = new String(message, StandardCharsets.ISO_8859_1);
        int lineEnd = text.indexOf("\r\n");
        if (lineEnd < 0) {
            throw malformed("no CRLF after the status line");
        }
        String[] status = text.substring(0, lineEnd).split(" ", 3);
        if (status.length < 3 || !status[0].equals("RTSP/1.0") || status[2].isBlank()) {
            throw malformed("the status line is not RTSP/1.0, a code and a reason");
        }
        int code = RtspRequest.number(status[1]);
        Map<String, String> headers = new LinkedHashMap<>();
        int at = lineEnd + 2;
        while (true) {
            if (text.startsWith("\r\n", at)) {
                at += 2;
                break;
            }
            int colon = text.indexOf(':', at);
            int end = text.indexOf("\r\n", at);
            if (colon < 0 || end < 0) {
                throw malformed("a header line has no colon or no CRLF");
            }
            if (colon > end) {
                throw malformed("a header line without a colon");
            }
            // One character after the colon goes, whatever it is. Without any, the parser takes the next line.
            int valueAt = colon + 2;
            if (colon + 1 == end) {
                valueAt = end + 3;
                end = text.indexOf("\r\n", end + 2);
                if (end < valueAt) {
                    throw malformed("an empty header value without its blank");
                }
            }
            headers.put(text.substring(at, colon), text.substring(valueAt, end));
            at = end + 2;
        }
        if (headers.isEmpty()) {
            throw malformed("an answer without any header");
        }
        int nul = text.indexOf('\0', at);
        String body = text.substring(at, nul < 0 ? text.length() : nul);
        return new Answer(code, headers, body.isEmpty() ? Optional.empty() : Optional.of(body));
    }

    private static RtspException malformed(String what) {
        return new RtspException(-1, 0, what);
    }
}
