package lumen.plugin.kwin;

import java.util.Optional;
import lumen.spi.InputSink;
import lumen.wayland.WaylandConnection;
import lumen.wayland.WaylandException;

/**
 * A session's pointer and keyboard on a connection of their own. If KWin goes, that is logged once and input ends there; the
 * session learns of it from its display.
 */
final class KwinInputSink implements InputSink {
    private static final System.Logger LOG = System.getLogger(KwinInputSink.class.getName());

    private final WaylandConnection connection;
    private final FakeInput input;
    private final KwinOutputs outputs;
    private final String output;
    private boolean lost;
    private boolean closed;

    KwinInputSink(WaylandConnection connection, FakeInput input, KwinOutputs outputs, String output) {
        this.connection = connection;
        this.input = input;
        this.outputs = outputs;
        this.output = output;
    }

    private void send(Runnable request) {
        if (!lost && !closed) {
            try {
                request.run();
            } catch (WaylandException e) {
                lost = true;
                LOG.log(System.Logger.Level.WARNING, "input has ended: {0}", e.getMessage());
            }
        }
    }

    @Override
    public void key(int code, boolean down) {
        send(() -> input.key(code, down));
    }

    /** Nothing before Plasma 6.7, which can't type symbols. */
    @Override
    public void text(int codePoint) {
        int keysym = Keysym.of(codePoint);
        if (keysym != Keysym.NONE && input.typesSymbols()) {
            send(() -> input.type(keysym));
        }
    }

    @Override
    public void pointerMove(int dx, int dy) {
        send(() -> input.move(dx, dy));
    }

    @Override
    public void pointerTo(int x, int y, int width, int height) {
        Optional<KwinOutput.Area> area = outputs.named(output).flatMap(KwinOutput::area);
        if (area.isEmpty() || width <= 0 || height <= 0) {
            return; // nothing to be a fraction of
        }
        KwinOutput.Area a = area.get();
        double pixel = 1 / a.scale();
        double atX = Math.clamp((double) x / width * a.width(), 0, a.width() - pixel);
        double atY = Math.clamp((double) y / height * a.height(), 0, a.height() - pixel);
        send(() -> input.place(a.x() + atX, a.y() + atY));
    }

    @Override
    public void button(int code, boolean down) {
        send(() -> input.button(code, down));
    }

    @Override
    public void scroll(int vertical, int horizontal) {
        send(() -> input.scroll(vertical, horizontal));
    }

    /** Sends, and takes in without waiting where the output lies now. */
    @Override
    public void flush() {
        send(() -> connection.dispatch(0));
    }

    @Override
    public void close() {
        flush();
        closed = true;
        connection.close();
    }
}
