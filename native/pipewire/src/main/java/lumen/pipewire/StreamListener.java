package lumen.pipewire;

import lumen.pipewire.pod.Pod;

/**
 * What happens to a stream. Called on the loop's thread, under its lock; must neither block nor throw. Buffers are given as
 * addresses of {@code struct pw_buffer}, to be read through {@link StreamBuffer}.
 */
public interface StreamListener {

    /** @param error PipeWire's words; empty unless the state is {@link StreamState#ERROR} */
    void state(StreamState state, String error);

    /** A format was agreed on; valid during the call. */
    void format(Pod format);

    /** The format is void: buffers have gone, and a new format may follow. */
    default void formatCleared() {
    }

    void bufferAdded(long buffer);

    /** The buffer's memory goes with this call. */
    void bufferRemoved(long buffer);

    /** Buffers can be dequeued. */
    void process();
}
