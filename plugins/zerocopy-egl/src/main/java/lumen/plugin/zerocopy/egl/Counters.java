package lumen.plugin.zerocopy.egl;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/** What one importer did since it was opened. Counted by the video thread, read by any. */
final class Counters {
    /** Buffers made into images. */
    final AtomicLong imports = new AtomicLong();
    /** Textures registered with CUDA. */
    final AtomicLong registrations = new AtomicLong();
    /** Textures and buffers made. */
    final AtomicLong allocations = new AtomicLong();
    /** Pictures copied: draws and redraws. */
    final AtomicLong copies = new AtomicLong();
    /** Frames imported. */
    final AtomicLong frames = new AtomicLong();
    /** Pictures handed out again as they were. */
    final AtomicLong repeats = new AtomicLong();
    /** Waits for the GPU. */
    final AtomicLong waits = new AtomicLong();

    Map<String, Long> read() {
        Map<String, Long> counts = new TreeMap<>();
        counts.put("imports", imports.get());
        counts.put("registrations", registrations.get());
        counts.put("allocations", allocations.get());
        counts.put("copies", copies.get());
        counts.put("frames", frames.get());
        counts.put("repeats", repeats.get());
        counts.put("waits", waits.get());
        return counts;
    }
}
