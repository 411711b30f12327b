package lumen.wayland;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import lumen.posix.PosixException;

/** The DRM device a compositor renders on, as {@code linux-dmabuf-v1} tells it from version 4 on. */
public final class RenderDevice {
    private static final Interface DMABUF = Interface.of("zwp_linux_dmabuf_v1", 4,
            List.of("destroy()", "create_params(n)", "get_default_feedback(n)", "get_surface_feedback(no)"),
            List.of("format(u)", "modifier(uuu)"));
    private static final int DESTROY = 0;
    private static final int GET_DEFAULT_FEEDBACK = 2;
    private static final int FEEDBACK_SINCE = 4;
    private static final Interface FEEDBACK = Interface.of("zwp_linux_dmabuf_feedback_v1", 4, List.of("destroy()"),
            List.of("done()", "format_table(hu)", "main_device(a)", "tranche_done()", "tranche_target_device(a)",
                    "tranche_formats(a)", "tranche_flags(u)"));
    private static final int MAIN_DEVICE = 2;

    private static final System.Logger LOG = System.getLogger(RenderDevice.class.getName());

    private RenderDevice() {
    }

    /**
     * That of the compositor which {@code WAYLAND_DISPLAY} and {@code XDG_RUNTIME_DIR} name; empty as well if there is none,
     * or it doesn't answer in time. On a connection of its own.
     *
     * @param environment answers for a variable's name
     */
    public static OptionalLong ofSession(Function<String, Optional<String>> environment, Duration limit) {
        Optional<Path> socket = environment.apply("WAYLAND_DISPLAY").filter(name -> !name.isEmpty())
                .flatMap(name -> name.startsWith("/") ? Optional.of(Path.of(name))
                        : environment.apply("XDG_RUNTIME_DIR").map(folder -> Path.of(folder, name)));
        if (socket.isEmpty()) {
            return OptionalLong.empty();
        }
        try (WaylandConnection connection = WaylandConnection.connect(socket.get())) {
            return of(connection, Registry.of(connection, limit), limit);
        } catch (WaylandException | PosixException e) {
            LOG.log(System.Logger.Level.DEBUG, "the compositor at {0} tells no device: {1}", socket.get(), e.getMessage());
            return OptionalLong.empty();
        }
    }

    /** Its {@code dev_t}; empty if the compositor shares no buffers of a device. */
    public static OptionalLong of(WaylandConnection connection, Registry registry, Duration limit) {
        Registry.Global global = registry.find(DMABUF).filter(g -> g.version() >= FEEDBACK_SINCE).orElse(null);
        if (global == null) {
            return OptionalLong.empty();
        }
        long[] device = new long[1];
        Proxy dmabuf = registry.bind(global, DMABUF, EventHandler.NONE);
        Proxy feedback = dmabuf.child(FEEDBACK, (self, opcode, event) -> {
            if (opcode == MAIN_DEVICE) {
                byte[] bytes = event.array();
                device[0] = bytes.length == Long.BYTES ? ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()).getLong() : 0;
            }
        });
        dmabuf.request(GET_DEFAULT_FEEDBACK).newId(feedback).send();
        connection.roundTrip(limit);
        feedback.destroy(DESTROY);
        dmabuf.destroy(DESTROY);
        return device[0] == 0 ? OptionalLong.empty() : OptionalLong.of(device[0]);
    }
}
