package lumen.plugin.ffmpeg;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.util.OptionalInt;

/** Which version of NVENC's interface the driver offers (nvEncodeAPI.h). */
final class NvencDriver {
    /** What this project's build of FFmpeg asks for, 16 × major + minor: 13.0 came with driver 570. */
    static final int NEEDED = 13 << 4;

    private NvencDriver() {
    }

    /** 16 × major + minor; empty without NVENC's library. */
    static OptionalInt newest() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment function = SymbolLookup.libraryLookup("libnvidia-encode.so.1", arena)
                    .find("NvEncodeAPIGetMaxSupportedVersion")
                    .orElseThrow(() -> new IllegalArgumentException("no such function"));
            MemorySegment version = arena.allocate(JAVA_INT);
            int status = (int) Linker.nativeLinker()
                    .downcallHandle(function, FunctionDescriptor.of(JAVA_INT, ADDRESS)).invokeExact(version);
            return status == 0 ? OptionalInt.of(version.get(JAVA_INT, 0)) : OptionalInt.empty();
        } catch (IllegalArgumentException e) {
            return OptionalInt.empty();
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** For evidence. */
    static String describe() {
        OptionalInt newest = newest();
        return newest.isEmpty() ? "libnvidia-encode.so.1 is not installed"
                : "the driver offers " + text(newest.getAsInt()) + ", FFmpeg needs " + text(NEEDED);
    }

    private static String text(int version) {
        return (version >> 4) + "." + (version & 15);
    }
}
