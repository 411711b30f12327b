package lumen.plugin.pipewire;

import java.util.Optional;
import lumen.pipewire.StreamBuffer;

/**
 * The buffers that a stream has now, found again by a number in their {@code pw_buffer.user_data}: 0 for those that are of no
 * use. Guarded by the loop's lock; finding one allocates nothing.
 */
final class BufferTable {
    static final int MAX_BUFFERS = 64;

    private final CaptureBuffer[] buffers = new CaptureBuffer[MAX_BUFFERS];
    private int usable;
    private int refused;

    /**
     * Notes a new buffer of the stream's.
     *
     * @param address of its {@code struct pw_buffer}
     * @param buffer  empty: it has no usable memory; dropped if there is no room for it
     * @return false if the buffer is refused
     */
    boolean add(long address, Optional<CaptureBuffer> buffer) {
        StreamBuffer.userData(address, 0);
        for (int i = 0; i < MAX_BUFFERS && buffer.isPresent(); i++) {
            if (buffers[i] == null) {
                buffers[i] = buffer.get();
                usable++;
                StreamBuffer.userData(address, i + 1);
                return true;
            }
        }
        buffer.ifPresent(CaptureBuffer::drop);
        refused++;
        return false;
    }

    /** The buffer at an address that the stream gave; {@code null} if it was refused. */
    CaptureBuffer at(long address) {
        int index = (int) StreamBuffer.userData(address) - 1;
        return index < 0 || index >= MAX_BUFFERS ? null : buffers[index];
    }

    /** Forgets a buffer that the stream drops, and answers it; {@code null} if it was refused. */
    CaptureBuffer remove(long address) {
        CaptureBuffer buffer = at(address);
        if (buffer == null) {
            refused--;
        } else {
            buffers[(int) StreamBuffer.userData(address) - 1] = null;
            usable--;
        }
        return buffer;
    }

    int usable() {
        return usable;
    }

    int refused() {
        return refused;
    }
}
