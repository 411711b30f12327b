package lumen.plugin.gamescope;

import java.util.Optional;
import lumen.spi.FrameSource;

/** gamescope's frames as a source. */
final class GamescopeNode {
    private GamescopeNode() {
    }

    /**
     * The node, not to be paused: at a pause, gamescope 3.16 loses the buffer that it is just painting, and stands still
     * ("out of buffers") when all four are lost. It may abort when buffers are made anew under it, and it paints only
     * when the program inside has.
     */
    static FrameSource.PipeWireNode of(int id) {
        return new FrameSource.PipeWireNode(FrameSource.PipeWireNode.UNKNOWN_SERIAL, id, Optional.empty(), false);
    }
}
