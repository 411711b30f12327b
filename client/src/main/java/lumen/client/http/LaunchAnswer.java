package lumen.client.http;

/**
 * Where the host wants the RTSP handshake.
 *
 * @param url  {@code sessionUrl0}, verbatim
 * @param port its port; RTSP goes to the address that was used for HTTP, not to the URL's host
 * @param encrypted true for {@code rtspenc}
 */
public record LaunchAnswer(String url, int port, boolean encrypted) {
    private static final int MAX_URL = 255;

    static LaunchAnswer of(HostDocument document, String flag) {
        if (document.required(flag).equals("0")) {
            throw new MalformedAnswerException("the host answered " + flag + " 0");
        }
        String url = document.required("sessionUrl0");
        boolean encrypted = url.startsWith("rtspenc://");
        if (url.length() > MAX_URL || !encrypted && !url.startsWith("rtsp://")) {
            throw new MalformedAnswerException("sessionUrl0 is no RTSP URL of up to " + MAX_URL + " characters");
        }
        long port = HostDocument.parseNumber("sessionUrl0", url.substring(url.lastIndexOf(':') + 1));
        if (port < 1 || port > 65535) {
            throw new MalformedAnswerException("sessionUrl0 with port " + port);
        }
        return new LaunchAnswer(url, (int) port, encrypted);
    }
}
