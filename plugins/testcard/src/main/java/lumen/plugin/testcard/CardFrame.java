package lumen.plugin.testcard;

import java.lang.foreign.MemorySegment;
import lumen.card.CardCanvas;
import lumen.card.TestCard;
import lumen.spi.BufferSlot;
import lumen.spi.CapturedFrame;
import lumen.spi.ColorInfo;
import lumen.spi.Damage;
import lumen.spi.PixelFormat;

/** One of a capturer's buffers, with the card painted in it. Free, or owned by painter, mailbox or host. */
final class CardFrame implements CapturedFrame, BufferSlot.Memory {
    private final MemorySegment pixels;
    private final int stride;
    private final int width;
    private final int height;
    private final Damage damage = new Damage();
    final CardCanvas canvas;
    long timestampNanos;
    /** Written by whoever gives the buffer back, read by the painter that looks for a free one. */
    volatile boolean free = true;

    CardFrame(TestCard card, MemorySegment pixels, int stride) {
        this.pixels = pixels;
        this.stride = stride;
        width = card.width();
        height = card.height();
        canvas = card.canvas(pixels, stride);
        damage.add(0, 0, width, height, width, height);
    }

    @Override
    public BufferSlot slot() {
        return this;
    }

    /** The whole picture: frames the host skipped changed other parts than this one. */
    @Override
    public Damage damage() {
        return damage;
    }

    @Override
    public ColorInfo color() {
        return ColorInfo.DESKTOP;
    }

    @Override
    public long timestampNanos() {
        return timestampNanos;
    }

    @Override
    public void release() {
        free = true;
    }

    @Override
    public MemorySegment pixels() {
        return pixels;
    }

    @Override
    public int stride() {
        return stride;
    }

    @Override
    public PixelFormat format() {
        return PixelFormat.XRGB8888;
    }

    @Override
    public int width() {
        return width;
    }

    @Override
    public int height() {
        return height;
    }
}
