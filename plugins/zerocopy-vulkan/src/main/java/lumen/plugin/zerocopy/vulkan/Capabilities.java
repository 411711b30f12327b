package lumen.plugin.zerocopy.vulkan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import lumen.spi.BackendException;
import lumen.spi.BufferSlot;
import lumen.spi.ImportOffer;
import lumen.spi.PixelFormat;
import lumen.vulkan.Gpu;
import lumen.vulkan.ModifierSupport;

/** What a device says it can import. */
final class Capabilities {
    private final Map<PixelFormat, List<ModifierSupport>> modifiers = new EnumMap<>(PixelFormat.class);
    private final boolean buffers;

    Capabilities(Gpu gpu, Options options) {
        buffers = options.linear() == Options.Linear.BUFFER && gpu.buffers(options.handle()).importable();
        for (PixelFormat format : PixelFormat.values()) {
            modifiers.put(format, gpu.modifiers(format.fourcc(), options.handle()).stream().filter(ModifierSupport::importable).toList());
        }
    }

    /** True if anything can be imported. */
    boolean any() {
        return buffers || modifiers.values().stream().anyMatch(m -> !m.isEmpty());
    }

    /** True if LINEAR is read as a buffer. */
    boolean linearAsBuffer() {
        return buffers;
    }

    /** Modifiers to read as images, LINEAR possibly among them. */
    List<ModifierSupport> modifiers(PixelFormat format) {
        return modifiers.get(format);
    }

    /**
     * Formats of the stream's depth first; of each tiled ones before LINEAR, so that compositors keep to their own layout.
     *
     * @param bitDepth of the stream; no deeper ones are offered
     */
    List<ImportOffer> offers(int bitDepth) {
        List<ImportOffer> offers = new ArrayList<>();
        List<PixelFormat> formats = Arrays.stream(PixelFormat.values()).filter(f -> f.bitDepth() <= bitDepth)
                .sorted(Comparator.comparing(f -> f.bitDepth() != bitDepth)).toList();
        for (PixelFormat format : formats) {
            modifiers.get(format).stream().filter(m -> m.modifier() != ImportOffer.LINEAR)
                    .forEach(m -> offers.add(new ImportOffer(ImportOffer.Transport.DMABUF, format, m.modifier())));
        }
        for (PixelFormat format : formats) {
            if (buffers || support(format, ImportOffer.LINEAR).isPresent()) {
                offers.add(new ImportOffer(ImportOffer.Transport.DMABUF, format, ImportOffer.LINEAR));
            }
        }
        return List.copyOf(offers);
    }

    private Optional<ModifierSupport> support(PixelFormat format, long modifier) {
        return modifiers.get(format).stream().filter(m -> m.modifier() == modifier).findFirst();
    }

    /** @throws BackendException if a slot can't be read as an image, by what it says of itself */
    ModifierSupport asImage(BufferSlot.Dmabuf slot) {
        ModifierSupport support = support(slot.format(), slot.modifier()).orElseThrow(() -> new BackendException(
                String.format("%s with modifier 0x%016x is nothing this device imports", slot.format(), slot.modifier())));
        if (slot.width() > support.maxWidth() || slot.height() > support.maxHeight()) {
            throw new BackendException(slot.width() + "x" + slot.height() + " is more than the " + support.maxWidth() + "x"
                    + support.maxHeight() + " this device imports");
        }
        return support;
    }
}
