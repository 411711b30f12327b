package lumen.plugin.zerocopy.egl;

import lumen.spi.Trial;

/**
 * One way for a picture to come in.
 *
 * @param name    such as {@code LINEAR dmabuf of system memory}
 * @param source  makes textures of its samples
 * @param samples makes them
 */
record TrialPath(String name, TextureSource source, Samples samples) {
    /** Makes samples of a size. */
    @FunctionalInterface
    interface Samples {
        /** @throws RuntimeException one of a library's own, saying why it can't */
        Sample of(Trial.Size size);
    }
}
