package lumen.plugin.wlroots;

import java.util.ArrayList;
import java.util.List;
import lumen.wayland.EventHandler;
import lumen.wayland.Interface;
import lumen.wayland.Proxy;
import lumen.wayland.WaylandConnection;
import lumen.wayland.WaylandException;

/**
 * The frame objects of a conversation, used again once the compositor has given their ids back, which is some time after they
 * were destroyed: so a frame allocates nothing. Capture thread.
 */
final class FrameObjects {
    /** Frame objects whose id the compositor has not given back yet. */
    private static final int MOST_FRAMES = 64;

    private final WaylandConnection connection;
    private final Interface type;
    private final EventHandler handler;
    private final List<Proxy> frames = new ArrayList<>();

    FrameObjects(WaylandConnection connection, Interface type, EventHandler handler) {
        this.connection = connection;
        this.type = type;
        this.handler = handler;
    }

    /**
     * One with a new id, to be made by the next request.
     *
     * @param parent the object that request is made to
     * @throws WaylandException if the compositor gives none back
     */
    Proxy next(Proxy parent) {
        for (int i = 0; i < frames.size(); i++) {
            Proxy frame = frames.get(i);
            if (frame.free()) {
                connection.renew(frame);
                return frame;
            }
        }
        if (frames.size() == MOST_FRAMES) {
            throw new WaylandException("the compositor keeps " + MOST_FRAMES + " frames it has delivered");
        }
        Proxy frame = parent.child(type, handler);
        frames.add(frame);
        return frame;
    }
}
