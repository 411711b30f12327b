package lumen.dbus;

import java.util.Objects;

/**
 * A value that brings its type along.
 *
 * @param signature one complete type
 */
public record Variant(String signature, Object value) {
    public Variant {
        Objects.requireNonNull(signature);
        Objects.requireNonNull(value);
    }

    public static Variant of(String text) {
        return new Variant("s", text);
    }

    public static Variant of(boolean value) {
        return new Variant("b", value);
    }

    /** An unsigned 32-bit number. */
    public static Variant unsigned(int value) {
        return new Variant("u", value);
    }
}
