package lumen.core.rtsp;

import java.util.Optional;

/** The three streams that SETUP names. */
public enum StreamKind {
    AUDIO("audio"), VIDEO("video"), CONTROL("control");

    private final String wireName;

    StreamKind(String wireName) {
        this.wireName = wireName;
    }

    public String wireName() {
        return wireName;
    }

    public static Optional<StreamKind> named(String wireName) {
        for (StreamKind kind : values()) {
            if (kind.wireName.equals(wireName)) {
                return Optional.of(kind);
            }
        }
        return Optional.empty();
    }
}
