package lumen.plugin.ffmpeg.color;

import java.lang.foreign.MemorySegment;

/**
 * All of this process's memory as one constant segment, addressed absolutely. Keeps the kernels
 * independent of which kind of segment a frame came in; callers check their bounds first.
 */
public final class Memory {
    public static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    private Memory() {
    }
}
