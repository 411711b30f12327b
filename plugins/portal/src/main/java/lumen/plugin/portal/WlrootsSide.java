package lumen.plugin.portal;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import lumen.posix.PosixException;
import lumen.spi.DisplayMode;
import lumen.spi.HostContext;
import lumen.spi.InputRoute;
import lumen.wayland.EventArguments;
import lumen.wayland.EventHandler;
import lumen.wayland.Output;
import lumen.wayland.Proxy;
import lumen.wayland.Registry;
import lumen.wayland.WaylandConnection;
import lumen.wayland.WaylandException;
import lumen.wayland.WlrProtocol;
import lumen.wayland.XdgOutputProtocol;

/**
 * What a compositor on wlroots, whose portal grants no input, offers a program of its session: input for the output that is
 * cast, and a way to make it paint, since its portal sends nothing of a still screen.
 *
 * @param socket the compositor's
 * @param output name of the output that is cast
 * @param mode   of that output, in pixels
 * @param drives true if it has virtual keyboards and pointers
 */
record WlrootsSide(Path socket, String output, DisplayMode mode, boolean drives) {
    private static final System.Logger LOG = System.getLogger(WlrootsSide.class.getName());
    private static final Duration LIMIT = Duration.ofSeconds(2);

    /** Finds the output of a stream: the only one at its place and of its size, as far as the two are told. */
    static Optional<WlrootsSide> find(HostContext host, PortalStream stream) {
        Optional<Path> socket = host.variable("WAYLAND_DISPLAY").filter(name -> !name.isEmpty())
                .flatMap(name -> name.startsWith("/") ? Optional.of(Path.of(name))
                        : host.variable("XDG_RUNTIME_DIR").map(folder -> Path.of(folder, name)));
        if (socket.isEmpty()) {
            return Optional.empty();
        }
        try (WaylandConnection connection = WaylandConnection.connect(socket.get())) {
            Registry registry = Registry.of(connection, LIMIT);
            boolean drives = registry.find(WlrProtocol.VIRTUAL_KEYBOARD_MANAGER).isPresent()
                    && registry.find(WlrProtocol.VIRTUAL_POINTER_MANAGER).filter(g -> g.version() >= 2).isPresent();
            if (!drives && registry.find(WlrProtocol.LAYER_SHELL).isEmpty()) {
                return Optional.empty();
            }
            return choose(connection, registry, stream).map(o -> new WlrootsSide(socket.get(), o.name(),
                    new DisplayMode(o.width(), o.height(), Math.max(1, o.refreshMilliHz())), drives));
        } catch (WaylandException | PosixException e) {
            LOG.log(System.Logger.Level.DEBUG, "the compositor at {0} does not help: {1}", socket.get(), e.getMessage());
            return Optional.empty();
        }
    }

    /** Where an output lies, as far as the compositor tells. */
    private static final class Place {
        private final Output output;
        private Optional<PortalStream.Pair> position = Optional.empty();
        private Optional<PortalStream.Pair> size = Optional.empty();

        private Place(Output output) {
            this.output = output;
        }

        private void event(Proxy self, int opcode, EventArguments arguments) {
            switch (opcode) {
                case XdgOutputProtocol.XDG_OUTPUT_LOGICAL_POSITION -> position = Optional.of(new PortalStream.Pair(arguments.i32(), arguments.i32()));
                case XdgOutputProtocol.XDG_OUTPUT_LOGICAL_SIZE -> size = Optional.of(new PortalStream.Pair(arguments.i32(), arguments.i32()));
                default -> { }
            }
        }

        /** What isn't told is no contradiction. */
        private boolean fits(PortalStream stream) {
            return agree(position, stream.position()) && agree(size, stream.size());
        }

        private static boolean agree(Optional<PortalStream.Pair> one, Optional<PortalStream.Pair> other) {
            return one.isEmpty() || other.isEmpty() || one.equals(other);
        }
    }

    private static Optional<Output> choose(WaylandConnection connection, Registry registry, PortalStream stream) {
        List<Place> places = Output.all(connection, registry, LIMIT).stream().filter(o -> !o.name().isEmpty()).map(Place::new).toList();
        if (registry.find(XdgOutputProtocol.OUTPUT_MANAGER).isPresent()) {
            Proxy manager = registry.require(XdgOutputProtocol.OUTPUT_MANAGER, 1, EventHandler.NONE);
            for (Place place : places) {
                Proxy described = manager.child(XdgOutputProtocol.XDG_OUTPUT, place::event);
                manager.request(XdgOutputProtocol.OUTPUT_MANAGER_GET_XDG_OUTPUT).newId(described).object(place.output.proxy()).send();
            }
            connection.roundTrip(LIMIT);
        }
        List<Output> fitting = places.stream().filter(p -> p.fits(stream)).map(p -> p.output).toList();
        return fitting.size() == 1 ? Optional.of(fitting.getFirst()) : Optional.empty();
    }

    Optional<InputRoute> input() {
        return drives ? Optional.of(new InputRoute.WlrVirtual(socket, output)) : Optional.empty();
    }

    /** Makes the output paint, on a thread of its own. */
    void nudge() {
        Thread.ofPlatform().daemon().name("lumen-portal-nudge").start(() -> {
            try (WaylandConnection connection = WaylandConnection.connect(socket)) {
                PaintedDot.show(connection, output, LIMIT);
            } catch (WaylandException | PosixException e) {
                LOG.log(System.Logger.Level.DEBUG, "{0} was not made to paint: {1}", output, e.getMessage());
            }
        });
    }
}
