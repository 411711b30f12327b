package lumen.core;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HexFormat;
import java.util.Map;

/** Reads the byte-exact protocol vectors among the test resources. */
public final class Vectors {
    private Vectors() {
    }

    /** A vector file's JSON object. */
    public static Map<String, Object> load(String file) {
        try (InputStream in = Vectors.class.getResourceAsStream("/vectors/" + file)) {
            return JSON.std.mapFrom(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An object inside a vector file. */
    @SuppressWarnings("unchecked")
    public static Map<String, Object> object(Map<String, Object> parent, String key) {
        return (Map<String, Object>) parent.get(key);
    }

    public static byte[] hex(Object text) {
        return HexFormat.of().parseHex((String) text);
    }
}
