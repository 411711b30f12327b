package lumen.plugin.zerocopy.egl;

import lumen.spi.BufferSlot;
import lumen.spi.CapturedFrame;
import lumen.spi.ColorInfo;
import lumen.spi.Damage;

/** A buffer as a captured frame. */
record TrialFrame(BufferSlot slot, Damage damage, ColorInfo color, long timestampNanos) implements CapturedFrame {
    TrialFrame(BufferSlot slot) {
        this(slot, new Damage(), ColorInfo.DESKTOP, 0);
    }

    @Override
    public void release() {
        // Its buffer is whoever's who made it.
    }
}
