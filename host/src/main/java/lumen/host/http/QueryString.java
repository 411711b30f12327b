package lumen.host.http;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Path and parameters of a request target. Names are lower-cased, the first of equal names wins, {@code +}
 * and {@code %xx} are decoded; a broken escape stands for itself. Total: every text has a reading.
 */
record QueryString(String path, Map<String, String> parameters) {
    private static final int MAX_PARAMETERS = 64;

    static QueryString parse(String target) {
        int mark = target.indexOf('?');
        if (mark < 0) {
            return new QueryString(target, Map.of());
        }
        Map<String, String> parameters = new HashMap<>();
        int at = mark + 1;
        while (at <= target.length() && parameters.size() < MAX_PARAMETERS) {
            int end = target.indexOf('&', at);
            end = end < 0 ? target.length() : end;
            int equals = target.indexOf('=', at);
            if (end > at) {
                boolean valued = equals >= 0 && equals < end;
                String name = decode(target.substring(at, valued ? equals : end)).toLowerCase(Locale.ROOT);
                parameters.putIfAbsent(name, valued ? decode(target.substring(equals + 1, end)) : "");
            }
            at = end + 1;
        }
        return new QueryString(target.substring(0, mark), Map.copyOf(parameters));
    }

    String get(String name) {
        return parameters.getOrDefault(name, "");
    }

    boolean has(String name) {
        return parameters.containsKey(name);
    }

    private static String decode(String text) {
        if (text.indexOf('%') < 0 && text.indexOf('+') < 0) {
            return text;
        }
        byte[] in = text.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream out = new ByteArrayOutputStream(in.length);
        for (int i = 0; i < in.length; i++) {
            int high = i + 2 < in.length && in[i] == '%' ? Character.digit(in[i + 1], 16) : -1;
            int low = high >= 0 ? Character.digit(in[i + 2], 16) : -1;
            if (low >= 0) {
                out.write(high << 4 | low);
                i += 2;
            } else {
                out.write(in[i] == '+' ? ' ' : in[i]);
            }
        }
        return out.toString(StandardCharsets.UTF_8);
    }
}
