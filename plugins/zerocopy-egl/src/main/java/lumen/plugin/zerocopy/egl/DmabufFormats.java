package lumen.plugin.zerocopy.egl;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import lumen.spi.ImportOffer;
import lumen.spi.PixelFormat;
import org.lwjgl.egl.EXTImageDMABufImportModifiers;

/**
 * What a display says it can import ({@code EGL_EXT_image_dma_buf_import_modifiers}).
 *
 * @param sampled  modifiers by format, the driver's favourites first, LINEAR last
 * @param external modifiers that only {@code GL_TEXTURE_EXTERNAL_OES} may sample
 */
record DmabufFormats(Map<PixelFormat, List<Long>> sampled, Map<PixelFormat, List<Long>> external) {
    /** {@code DRM_FORMAT_MOD_INVALID}: the layout is agreed on elsewhere. */
    static final long INVALID = 0x00ff_ffff_ffff_ffffL;
    private static final Comparator<Long> LINEAR_LAST = Comparator.comparing(m -> m == ImportOffer.LINEAR);

    static DmabufFormats of(EglDisplay display) {
        int[] fourccs = new int[0];
        int[] count = new int[1];
        if (EXTImageDMABufImportModifiers.eglQueryDmaBufFormatsEXT(display.handle(), null, count) && count[0] > 0) {
            fourccs = new int[count[0]];
            EXTImageDMABufImportModifiers.eglQueryDmaBufFormatsEXT(display.handle(), fourccs, count);
        }
        Map<PixelFormat, List<Long>> sampled = new LinkedHashMap<>();
        Map<PixelFormat, List<Long>> external = new LinkedHashMap<>();
        for (PixelFormat format : PixelFormat.values()) {
            if (Arrays.stream(fourccs).anyMatch(f -> f == format.fourcc())) {
                query(display, format, sampled, external);
            }
        }
        return new DmabufFormats(sampled, external);
    }

    private static void query(EglDisplay display, PixelFormat format, Map<PixelFormat, List<Long>> sampled,
                              Map<PixelFormat, List<Long>> external) {
        int[] count = new int[1];
        if (!EXTImageDMABufImportModifiers.eglQueryDmaBufModifiersEXT(display.handle(), format.fourcc(), null, null, count)
                || count[0] == 0) {
            return;
        }
        long[] modifiers = new long[count[0]];
        int[] externalOnly = new int[count[0]];
        if (!EXTImageDMABufImportModifiers.eglQueryDmaBufModifiersEXT(display.handle(), format.fourcc(), modifiers, externalOnly,
                count)) {
            return;
        }
        for (int i = 0; i < Math.min(count[0], modifiers.length); i++) {
            if (modifiers[i] != INVALID) {
                (externalOnly[i] != 0 ? external : sampled).computeIfAbsent(format, f -> new ArrayList<>()).add(modifiers[i]);
            }
        }
        sampled.computeIfPresent(format, (f, list) -> list.stream().sorted(LINEAR_LAST).toList());
    }

    /**
     * As offers: tiled ones first, since a compositor draws into those faster.
     *
     * @param bitDepth formats of that depth come first, deeper ones not at all
     * @param tiled    false: LINEAR only, because nobody knows whose tilings they would be
     */
    List<ImportOffer> offers(int bitDepth, boolean tiled) {
        List<ImportOffer> offers = new ArrayList<>();
        sampled.forEach((format, modifiers) -> {
            if (format.bitDepth() <= bitDepth) {
                modifiers.stream().filter(m -> tiled || m == ImportOffer.LINEAR)
                        .forEach(m -> offers.add(new ImportOffer(ImportOffer.Transport.DMABUF, format, m)));
            }
        });
        // Stable: formats and modifiers keep their order otherwise.
        offers.sort(Comparator.comparing((ImportOffer o) -> o.format().bitDepth() != bitDepth)
                .thenComparing(o -> o.modifier() == ImportOffer.LINEAR));
        return List.copyOf(offers);
    }
}
