package lumen.plugin.wlroots;

import lumen.posix.PosixException;
import lumen.spi.BackendException;
import lumen.spi.Capturer;
import lumen.spi.CapturerProvider;
import lumen.spi.DisplayMode;
import lumen.spi.Evidence;
import lumen.spi.FrameSignal;
import lumen.spi.FrameSource;
import lumen.spi.HostContext;
import lumen.spi.Probe;
import lumen.wayland.WaylandException;

/** Captures Wayland outputs through {@code ext-image-copy-capture-v1}, else {@code wlr-screencopy-v1}, into shared memory. */
public final class OutputCapturerProvider implements CapturerProvider {
    private static final int RANK = 50;

    @Override
    public String id() {
        return SwayProvider.ID;
    }

    @Override
    public Probe probe(HostContext host) {
        return Probe.available(RANK, new Evidence("protocol", "ext-image-copy-capture-v1 or wlr-screencopy-v1 version 3, asked of the compositor when opened"));
    }

    @Override
    public boolean accepts(FrameSource source) {
        return source instanceof FrameSource.WaylandOutput;
    }

    @Override
    public Capturer open(FrameSource source, DisplayMode mode, FrameSignal signal) {
        if (!(source instanceof FrameSource.WaylandOutput output)) {
            throw new BackendException("not a Wayland output: " + source);
        }
        try {
            return OutputCapturer.start(output, signal, false);
        } catch (WaylandException | PosixException e) {
            throw new BackendException("screen capture of " + output.output() + ": " + e.getMessage(), e);
        }
    }
}
