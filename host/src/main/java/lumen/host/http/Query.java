package lumen.host.http;

import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A request's path and parameters. Names are matched without regard to case; the first value counts. */
final class Query {
    private static final int MAX_PARAMETERS = 64;

    private final String path;
    private final Map<String, String> parameters = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

    /** @throws Refusal if the line can't be decoded */
    Query(String uri) {
        try {
            QueryStringDecoder decoder = new QueryStringDecoder(uri, java.nio.charset.StandardCharsets.UTF_8, true, MAX_PARAMETERS);
            path = decoder.path().toLowerCase(Locale.ROOT);
            decoder.parameters().forEach((name, values) -> parameters.putIfAbsent(name, first(values)));
        } catch (IllegalArgumentException e) {
            throw new Refusal(400, "The request line can't be decoded");
        }
    }

    private static String first(List<String> values) {
        return values.isEmpty() ? "" : values.getFirst();
    }

    String path() {
        return path;
    }

    Optional<String> text(String name) {
        return Optional.ofNullable(parameters.get(name));
    }

    Map<String, String> all() {
        return parameters;
    }

    /**
     * A parameter in hex, either case.
     *
     * @throws Refusal if it isn't hex, or longer than allowed
     */
    Optional<byte[]> hex(String name, int maxBytes) {
        return text(name).map(value -> {
            if (value.length() > 2 * maxBytes) {
                throw new Refusal(400, "Parameter " + name + " is too long");
            }
            try {
                return HexFormat.of().parseHex(value);
            } catch (IllegalArgumentException e) {
                throw new Refusal(400, "Parameter " + name + " is not hexadecimal");
            }
        });
    }
}
