package lumen.pipewire;

/** {@code enum pw_stream_state}. */
public enum StreamState {
    ERROR, UNCONNECTED, CONNECTING, PAUSED, STREAMING;

    static StreamState of(int state) {
        return values()[Math.clamp(state + 1, 0, values().length - 1)];
    }
}
