package lumen.spi;

import java.util.Optional;

/** Small texts that outlive the host, readable by its user only. Thread-safe. */
public interface Notes {

    /**
     * What was noted last under a key.
     *
     * @param key begins with the provider's id, such as {@code portal/restore-token}
     */
    Optional<String> get(String key);

    /** Notes durably; an empty text removes the note. */
    void put(String key, String text);
}
