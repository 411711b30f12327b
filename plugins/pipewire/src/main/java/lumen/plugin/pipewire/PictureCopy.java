package lumen.plugin.pipewire;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import lumen.pipewire.StreamBuffer;

/** A picture's bytes, copied from memory that goes when libpipewire drops the buffer. Loop thread. */
final class PictureCopy {
    private final Arena arena = Arena.ofShared();
    private final MemorySegment source;
    private MemorySegment memory = MemorySegment.NULL;

    PictureCopy(long pointer, long size) {
        source = StreamBuffer.bytes(pointer, size);
    }

    /** Room for so many bytes. A second size gets room for any, so that one that changes all the time costs no more. */
    MemorySegment room(long span) {
        if (memory.byteSize() < span) {
            memory = arena.allocate(memory.byteSize() == 0 ? span : source.byteSize(), 64);
        }
        return memory.asSlice(0, span);
    }

    void take(long offset, long span) {
        MemorySegment.copy(source, offset, memory, 0, span);
    }

    void close() {
        arena.close();
    }
}
