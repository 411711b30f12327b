package lumen.plugin.pipewire;

import java.nio.file.Files;
import java.util.Optional;
import lumen.pipewire.DefaultDaemon;
import lumen.pipewire.LibPipewire;
import lumen.pipewire.PipewireException;
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

/** Captures PipeWire nodes of the default daemon, or of one that a portal has opened. */
public final class PipewireCapturerProvider implements CapturerProvider {
    static final String ID = "pipewire";
    private static final int RANK = 80;

    private volatile Optional<FixedFormat> fixed = Optional.empty();

    @Override
    public String id() {
        return ID;
    }

    @Override
    public Probe probe(HostContext host) {
        Optional<String> problem = LibPipewire.problem();
        if (problem.isPresent()) {
            return Probe.unavailable(problem.get(), "install the package libpipewire-0.3-0");
        }
        Evidence library = new Evidence("libpipewire", LibPipewire.version());
        try {
            fixed = host.variable("LUMEN_PW_FIXED_POD").filter(text -> !text.isBlank()).map(FixedFormat::parse);
        } catch (IllegalArgumentException e) {
            return Probe.unavailable("LUMEN_PW_FIXED_POD: " + e.getMessage(), "unset it; it is for bisecting only", library);
        }
        Evidence daemon = new Evidence("daemon", DefaultDaemon.socket(host::variable).map(p -> Files.exists(p) ? "at " + p : "none at " + p)
                .orElse("XDG_RUNTIME_DIR is not set"));
        return fixed.map(f -> Probe.available(RANK, library, daemon, new Evidence("fixed format", f.toString())))
                .orElseGet(() -> Probe.available(RANK, library, daemon));
    }

    @Override
    public boolean accepts(FrameSource source) {
        return source instanceof FrameSource.PipeWireNode;
    }

    @Override
    public Capturer open(FrameSource source, DisplayMode mode, FrameSignal signal) {
        if (!(source instanceof FrameSource.PipeWireNode node)) {
            throw new BackendException("not a PipeWire node: " + source);
        }
        try {
            return PipewireCapturer.open(node, mode, signal, fixed);
        } catch (PipewireException | PosixException e) {
            throw new BackendException("PipeWire: " + e.getMessage(), e);
        }
    }
}
