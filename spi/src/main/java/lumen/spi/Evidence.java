package lumen.spi;

import java.util.Objects;

/**
 * One fact a probe found, such as {@code ("sway", "/usr/bin/sway 1.7")}.
 *
 * @param name  what was looked at
 * @param value what was found
 */
public record Evidence(String name, String value) {
    public Evidence {
        Objects.requireNonNull(name);
        Objects.requireNonNull(value);
    }
}
