package lumen.plugin.ffmpeg;

import java.lang.foreign.MemorySegment;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;

/** Where FFmpeg's structs have their fields, from the offsets compiled into JavaCPP's binding. */
final class StructFields {
    private StructFields() {
    }

    /** Byte offset of a field; loads the library that declares the struct. */
    static int offset(Class<? extends Pointer> struct, String field) {
        Loader.load(struct);
        return Loader.offsetof(struct, field);
    }

    /** The memory of a struct; valid as long as the struct. */
    static MemorySegment of(Pointer struct) {
        return MemorySegment.ofAddress(struct.address()).reinterpret(Loader.sizeof(struct.getClass()));
    }
}
