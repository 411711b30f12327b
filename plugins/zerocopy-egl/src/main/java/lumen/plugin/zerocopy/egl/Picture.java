package lumen.plugin.zerocopy.egl;

import java.util.concurrent.atomic.AtomicBoolean;
import lumen.spi.BackendException;
import lumen.spi.ColorInfo;
import lumen.spi.CursorState;
import lumen.spi.ImportSteps;
import lumen.spi.ImportedFrame;
import lumen.spi.PixelFormat;

/** A copy of a frame, ours and thus detached. */
abstract class Picture {
    private final AtomicBoolean held = new AtomicBoolean();
    private final int width;
    private final int height;
    private PixelFormat format = PixelFormat.XRGB8888;
    private ColorInfo color = ColorInfo.DESKTOP;

    Picture(Stage stage) {
        this.width = stage.width();
        this.height = stage.height();
    }

    /** The same object, as encoders see it. */
    abstract ImportedFrame frame();

    /** Queues what OpenGL does for the copy. */
    abstract void queue(Stage stage, ImportSteps steps);

    /** OpenGL is done; does the rest. */
    abstract void finish(ImportSteps steps);

    /** Draws a pointer over the copy. */
    abstract void draw(CursorState cursor);

    final Picture of(PixelFormat pixelFormat, ColorInfo colorInfo) {
        format = pixelFormat;
        color = colorInfo;
        return this;
    }

    /** From now until {@link #release()} it isn't written to. */
    final void hold() {
        held.set(true);
    }

    final boolean held() {
        return held.get();
    }

    public final PixelFormat format() {
        return format;
    }

    public final int width() {
        return width;
    }

    public final int height() {
        return height;
    }

    public final ColorInfo color() {
        return color;
    }

    public final boolean detached() {
        return true;
    }

    public final void release() {
        held.set(false);
    }

    /** The first of some that is neither held nor spared. */
    static Picture free(Picture[] pictures, Picture spared) {
        for (Picture picture : pictures) {
            if (picture != spared && !picture.held()) {
                return picture;
            }
        }
        throw new BackendException("all " + pictures.length + " pictures are still held by the encoder");
    }

    static boolean anyHeld(Picture[] pictures) {
        for (Picture picture : pictures) {
            if (picture != null && picture.held()) {
                return true;
            }
        }
        return false;
    }
}
