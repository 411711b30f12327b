package lumen.spi;

import java.util.Objects;

/**
 * A kind of buffer an importer can take. Capturers negotiate the first of a list of these that the
 * compositor can produce.
 *
 * @param transport how the buffer is handed over
 * @param format    pixel layout
 * @param modifier  DRM modifier for {@link Transport#DMABUF}, else 0
 */
public record ImportOffer(Transport transport, PixelFormat format, long modifier) {
    /** {@code DRM_FORMAT_MOD_LINEAR}. */
    public static final long LINEAR = 0;

    public ImportOffer {
        Objects.requireNonNull(transport);
        Objects.requireNonNull(format);
    }

    /** How a buffer is handed over. */
    public enum Transport {
        /** Shared or private memory. */
        MEMORY,
        /** A dmabuf file descriptor. */
        DMABUF
    }
}
