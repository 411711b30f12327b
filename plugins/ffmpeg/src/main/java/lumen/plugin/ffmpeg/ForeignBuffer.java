package lumen.plugin.ffmpeg;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import lumen.spi.BackendException;
import org.bytedeco.ffmpeg.avutil.AVBufferRef;
import org.bytedeco.ffmpeg.avutil.Free_Pointer_BytePointer;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;

/** Memory of somebody else's as a buffer that FFmpeg counts references to, and never frees. */
final class ForeignBuffer {
    private static final Free_Pointer_BytePointer NOBODY = nobody();

    private ForeignBuffer() {
    }

    /** @return to be given to a frame; the memory must outlive its last reference */
    static AVBufferRef of(long address, long bytes) {
        AVBufferRef buffer = avutil.av_buffer_create(new BytePointer(at(address)), bytes, NOBODY, null, 0);
        if (buffer == null) {
            throw new BackendException("FFmpeg has no memory for a buffer");
        }
        return buffer;
    }

    /** A callback that does nothing. JavaCPP keeps function pointers in a struct, the C function first. */
    private static Free_Pointer_BytePointer nobody() {
        try {
            MemorySegment stub = Linker.nativeLinker().upcallStub(MethodHandles.lookup().findStatic(ForeignBuffer.class, "free",
                    MethodType.methodType(void.class, MemorySegment.class, MemorySegment.class)),
                    FunctionDescriptor.ofVoid(ADDRESS, ADDRESS), Arena.global());
            MemorySegment struct = Arena.global().allocate(16, 8);
            struct.set(JAVA_LONG, 0, stub.address());
            return new Free_Pointer_BytePointer(at(struct.address()));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** FFmpeg calls it with the last reference; whoever made the memory frees it. */
    static void free(MemorySegment opaque, MemorySegment data) {
        // Nothing can be thrown here.
    }

    private static Pointer at(long place) {
        return new Pointer() {
            Pointer set() {
                address = place;
                return this;
            }
        }.set();
    }
}
