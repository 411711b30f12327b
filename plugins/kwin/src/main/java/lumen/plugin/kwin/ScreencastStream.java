package lumen.plugin.kwin;

import java.time.Duration;
import lumen.spi.BackendException;
import lumen.wayland.EventArguments;
import lumen.wayland.EventHandler;
import lumen.wayland.KdeProtocol;
import lumen.wayland.Proxy;
import lumen.wayland.WaylandProtocol;

/** A picture that KWin gives away through PipeWire ({@code zkde_screencast_stream_unstable_v1}). On the connection's thread. */
final class ScreencastStream {
    private static final int FIXED_ONE = 256;
    /** KWin must have made a texture of the output's size, and PipeWire a node. */
    private static final Duration START = Duration.ofSeconds(5);

    private final KwinConnection connection;
    private final Proxy manager;
    private final Proxy stream;
    private boolean created;
    private int node;
    private long serial = -1;
    private String failure = "";
    private volatile boolean ended;

    private ScreencastStream(KwinConnection connection) {
        this.connection = connection;
        manager = connection.registry().require(KdeProtocol.SCREENCAST, 2, EventHandler.NONE);
        stream = manager.child(KdeProtocol.STREAM, this::event);
    }

    /**
     * Makes an output and streams it.
     *
     * @param name        becomes part of the output's name
     * @param description for the user, in KDE's settings
     */
    static ScreencastStream ofVirtualOutput(KwinConnection connection, String name, String description, int width, int height) {
        ScreencastStream s = new ScreencastStream(connection);
        if (s.manager.version() >= KdeProtocol.DESCRIPTION_SINCE) {
            s.manager.request(KdeProtocol.STREAM_VIRTUAL_OUTPUT_WITH_DESCRIPTION).newId(s.stream).string(name).string(description)
                    .i32(width).i32(height).fixed(FIXED_ONE).u32(KdeProtocol.POINTER_METADATA).send();
        } else {
            s.manager.request(KdeProtocol.STREAM_VIRTUAL_OUTPUT).newId(s.stream).string(name).i32(width).i32(height)
                    .fixed(FIXED_ONE).u32(KdeProtocol.POINTER_METADATA).send();
        }
        return s;
    }

    /** Streams an output that is there. */
    static ScreencastStream ofOutput(KwinConnection connection, Proxy wlOutput) {
        if (!wlOutput.type().equals(WaylandProtocol.OUTPUT)) {
            throw new IllegalArgumentException(wlOutput + " is no output");
        }
        ScreencastStream s = new ScreencastStream(connection);
        s.manager.request(KdeProtocol.STREAM_OUTPUT).newId(s.stream).object(wlOutput).u32(KdeProtocol.POINTER_METADATA).send();
        return s;
    }

    private void event(Proxy self, int opcode, EventArguments event) {
        switch (opcode) {
            case KdeProtocol.STREAM_CLOSED -> ended = true;
            case KdeProtocol.STREAM_CREATED -> {
                node = event.u32();
                created = true;
            }
            case KdeProtocol.STREAM_FAILED -> failure = event.string();
            case KdeProtocol.STREAM_SERIAL -> serial = (event.u32() & 0xffff_ffffL) << 32 | event.u32() & 0xffff_ffffL;
            default -> { }
        }
    }

    /** @throws BackendException with KWin's words, if it can't stream */
    void awaitNode() {
        connection.await("started to stream", () -> created || ended || !failure.isEmpty(), START);
        if (!created) {
            throw new BackendException(failure.isEmpty() ? "KWin has ended the stream before it began"
                    : Refusal.explain(failure));
        }
    }

    int node() {
        return node;
    }

    /** Object serial of the node; -1: before Plasma 6.7 KWin does not tell it. */
    long serial() {
        return serial;
    }

    /** True once KWin has ended the stream. Any thread. */
    boolean ended() {
        return ended;
    }

    /** Ends it; a virtual output goes with it. */
    void close() {
        stream.destroy(KdeProtocol.STREAM_CLOSE);
        manager.destroy(KdeProtocol.SCREENCAST_DESTROY);
    }
}
