package lumen.plugin.pipewire;

import java.util.Optional;
import lumen.pipewire.PipewireConnection;
import lumen.spi.FrameSignal;
import lumen.spi.FrameSource;

/**
 * Why a capture brings no more frames: its node or the daemon has gone, or nothing on offer works. The first reason counts;
 * none does once the capture itself is being closed. Written under the loop's lock, read by any thread.
 */
final class CaptureEnd implements PipewireConnection.RegistryListener {
    private final FrameSource.PipeWireNode node;
    private final FrameSignal signal;
    private volatile Optional<String> reason = Optional.empty();
    private volatile boolean closing;

    /** @param signal wakes the video thread, so that it finds the reason */
    CaptureEnd(FrameSource.PipeWireNode node, FrameSignal signal) {
        this.node = node;
        this.signal = signal;
    }

    /** The node in words, for people. */
    static String name(FrameSource.PipeWireNode node) {
        return "PipeWire node " + node.id();
    }

    @Override
    public void removed(PipewireConnection.Global global) {
        if (global.id() == node.id() && global.type().equals(PipewireConnection.NODE)) {
            because(name(node) + " has gone");
        }
    }

    @Override
    public void lost(String why) {
        because(why);
    }

    void because(String why) {
        if (reason.isEmpty() && !closing) {
            reason = Optional.of(why);
            signal.frameReady();
        }
    }

    /** From now on an end is no news. Any thread. */
    void closing() {
        closing = true;
    }

    /** The reason, if the capture has ended. */
    Optional<String> reason() {
        return reason;
    }
}
