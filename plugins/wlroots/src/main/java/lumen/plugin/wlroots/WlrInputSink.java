package lumen.plugin.wlroots;

import lumen.posix.PosixException;
import lumen.spi.InputSink;
import lumen.wayland.WaylandConnection;
import lumen.wayland.WaylandException;

/**
 * A session's virtual keyboard and pointer on a connection of their own. If the compositor goes, that is
 * logged once and input ends there; the session learns of it from its display.
 */
final class WlrInputSink implements InputSink {
    private static final System.Logger LOG = System.getLogger(WlrInputSink.class.getName());

    private final WaylandConnection connection;
    private final VirtualKeyboard keyboard;
    private final VirtualPointer pointer;
    private boolean lost;
    private boolean closed;

    WlrInputSink(WaylandConnection connection, VirtualKeyboard keyboard, VirtualPointer pointer) {
        this.connection = connection;
        this.keyboard = keyboard;
        this.pointer = pointer;
    }

    private boolean usable() {
        return !lost && !closed;
    }

    private void lost(RuntimeException cause) {
        lost = true;
        LOG.log(System.Logger.Level.WARNING, "input has ended: {0}", cause.getMessage());
    }

    @Override
    public void key(int code, boolean down) {
        if (usable()) {
            try {
                keyboard.key(code, down);
            } catch (WaylandException e) {
                lost(e);
            }
        }
    }

    @Override
    public void text(int codePoint) {
        if (usable()) {
            try {
                keyboard.text(codePoint);
            } catch (WaylandException | PosixException e) {
                lost(e);
            }
        }
    }

    @Override
    public void pointerMove(int dx, int dy) {
        if (usable()) {
            try {
                pointer.move(dx, dy);
            } catch (WaylandException e) {
                lost(e);
            }
        }
    }

    @Override
    public void pointerTo(int x, int y, int width, int height) {
        if (usable()) {
            try {
                pointer.to(x, y, width, height);
            } catch (WaylandException e) {
                lost(e);
            }
        }
    }

    @Override
    public void button(int code, boolean down) {
        if (usable()) {
            try {
                pointer.button(code, down);
            } catch (WaylandException e) {
                lost(e);
            }
        }
    }

    @Override
    public void scroll(int vertical, int horizontal) {
        if (usable()) {
            try {
                pointer.scroll(vertical, horizontal);
            } catch (WaylandException e) {
                lost(e);
            }
        }
    }

    @Override
    public void flush() {
        if (usable()) {
            try {
                pointer.endFrame();
                // Sends, and takes in what the compositor may have said without waiting for it.
                connection.dispatch(0);
            } catch (WaylandException e) {
                lost(e);
            }
        }
    }

    @Override
    public void close() {
        flush();
        closed = true;
        connection.close();
    }
}
