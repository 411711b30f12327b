package lumen.plugin.zerocopy.vulkan;

import java.util.ArrayList;
import java.util.List;
import lumen.spi.ImportOffer;
import lumen.spi.PixelFormat;
import lumen.vulkan.Gpu;
import lumen.vulkan.HandleType;
import lumen.vulkan.ModifierSupport;
import lumen.vulkan.SamplePicture;
import lumen.vulkan.SamplePictures;

/**
 * A way from a compositor's buffer to ours that can be tried here.
 *
 * @param options how the importer works
 * @param maker   makes pictures for it
 */
record TestPath(String name, Options options, Maker maker) {
    static final PixelFormat FORMAT = PixelFormat.XRGB8888;
    private static final int PADDING = 256;
    private static final int OFFSET = 4096;

    /** Makes pictures. */
    interface Maker {
        SamplePicture make(SamplePictures pictures, int width, int height);
    }

    /** What a device both makes and takes. */
    static List<TestPath> of(Gpu gpu, HandleType handle) {
        List<TestPath> paths = new ArrayList<>();
        Options options = Options.quiet(handle);
        String word = handle == HandleType.DMA_BUF ? " dmabuf" : " opaque fd";
        if (new Capabilities(gpu, options).linearAsBuffer() && gpu.buffers(handle).exportable()) {
            paths.add(new TestPath("LINEAR" + word + " as buffer", options, (pictures, width, height) ->
                    pictures.linear(FORMAT.fourcc(), width, height, 0, width * FORMAT.bytesPerPixel(), handle)));
            paths.add(new TestPath("LINEAR" + word + " with offset and padded rows as buffer", options, (pictures, width, height) ->
                    pictures.linear(FORMAT.fourcc(), width, height, OFFSET, width * FORMAT.bytesPerPixel() + PADDING, handle)));
        }
        for (ModifierSupport modifier : gpu.modifiers(FORMAT.fourcc(), handle)) {
            if (modifier.importable() && modifier.exportable()) {
                boolean linear = modifier.modifier() == ImportOffer.LINEAR;
                String layout = linear ? "LINEAR" : String.format("tiled 0x%016x", modifier.modifier());
                Options asImage = linear ? options.linear(Options.Linear.IMAGE) : options;
                Maker maker = (pictures, width, height) -> pictures.tiled(FORMAT.fourcc(), width, height, modifier, handle);
                paths.add(new TestPath(layout + word + " as image", asImage, maker));
                // Elsewhere it isn't used, and a CPU in disguise takes long to compile it.
                if (modifier.sampled() && gpu.nvidia()) {
                    paths.add(new TestPath(layout + word + " as image by shader", asImage.copier(Options.Copier.SHADER), maker));
                }
            }
        }
        return paths;
    }
}
