package lumen.plugin.zerocopy.vulkan;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import lumen.vulkan.VulkanBudget;

/** What was done since an importer was opened. Written by the video thread, read by any. */
final class Counts {
    private final VulkanBudget memory;
    private final long allocationsBefore;
    private final AtomicLong frames = new AtomicLong();
    private final AtomicLong redraws = new AtomicLong();
    private final AtomicLong imports = new AtomicLong();
    private final AtomicLong stages = new AtomicLong();
    private final AtomicLong registrations = new AtomicLong();
    private final AtomicLong copies = new AtomicLong();
    private final AtomicLong waits = new AtomicLong();

    Counts(VulkanBudget memory) {
        this.memory = memory;
        this.allocationsBefore = memory.allocations();
    }

    void frame() {
        frames.incrementAndGet();
    }

    void redrawn() {
        redraws.incrementAndGet();
    }

    void imported() {
        imports.incrementAndGet();
    }

    void staged() {
        stages.incrementAndGet();
    }

    void registered() {
        registrations.incrementAndGet();
    }

    void copied() {
        copies.incrementAndGet();
    }

    void waited() {
        waits.incrementAndGet();
    }

    Map<String, Long> map() {
        Map<String, Long> map = new LinkedHashMap<>();
        map.put("frames", frames.get());
        map.put("redraws", redraws.get());
        map.put("imports", imports.get());
        map.put("stages", stages.get());
        map.put("registrations", registrations.get());
        map.put("allocations", memory.allocations() - allocationsBefore);
        map.put("copies", copies.get());
        map.put("waits", waits.get());
        return map;
    }
}
