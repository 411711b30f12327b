package lumen.host.identity;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** PEM text, LF line ends, one final newline. */
final class Pem {
    private static final int LINE = 64;

    private Pem() {
    }

    static String write(String type, byte[] der) {
        return "-----BEGIN " + type + "-----\n"
                + Base64.getMimeEncoder(LINE, "\n".getBytes(StandardCharsets.US_ASCII)).encodeToString(der)
                + "\n-----END " + type + "-----\n";
    }

    /**
     * The content of the first block of that type.
     *
     * @throws IllegalArgumentException if there is none
     */
    static byte[] read(String type, String text) {
        String begin = "-----BEGIN " + type + "-----";
        int from = text.indexOf(begin);
        int to = text.indexOf("-----END " + type + "-----");
        if (from < 0 || to < from) {
            throw new IllegalArgumentException("no PEM block " + type);
        }
        return Base64.getMimeDecoder().decode(text.substring(from + begin.length(), to));
    }
}
