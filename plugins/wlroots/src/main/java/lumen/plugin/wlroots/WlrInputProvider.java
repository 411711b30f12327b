package lumen.plugin.wlroots;

import java.time.Duration;
import lumen.posix.PosixException;
import lumen.spi.BackendException;
import lumen.spi.DisplayMode;
import lumen.spi.Evidence;
import lumen.spi.HostContext;
import lumen.spi.InputRoute;
import lumen.spi.InputSink;
import lumen.spi.InputSinkProvider;
import lumen.spi.Probe;
import lumen.wayland.EventHandler;
import lumen.wayland.Output;
import lumen.wayland.Proxy;
import lumen.wayland.Registry;
import lumen.wayland.WaylandConnection;
import lumen.wayland.WaylandException;
import lumen.wayland.WaylandProtocol;
import lumen.wayland.WlrProtocol;

/** Drives a compositor through {@code virtual-keyboard-v1} and {@code wlr-virtual-pointer-v1}. */
public final class WlrInputProvider implements InputSinkProvider {
    private static final int RANK = 50;
    private static final Duration SETUP_LIMIT = Duration.ofSeconds(3);

    @Override
    public String id() {
        return SwayProvider.ID;
    }

    @Override
    public Probe probe(HostContext host) {
        return Probe.available(RANK, new Evidence("protocol",
                "virtual-keyboard-v1 and wlr-virtual-pointer-v1 version 2, asked of the compositor when opened"));
    }

    @Override
    public boolean accepts(InputRoute route) {
        return route instanceof InputRoute.WlrVirtual;
    }

    @Override
    public InputSink open(InputRoute route, DisplayMode mode) {
        if (!(route instanceof InputRoute.WlrVirtual target)) {
            throw new BackendException("not a route to wlroots virtual devices: " + route);
        }
        WaylandConnection connection = null;
        try {
            connection = WaylandConnection.connect(target.socket());
            Registry registry = Registry.of(connection, SETUP_LIMIT);
            Output output = Output.named(target.output(), connection, registry, SETUP_LIMIT);
            Proxy seat = registry.require(WaylandProtocol.SEAT, 1, EventHandler.NONE);
            Proxy keyboards = registry.require(WlrProtocol.VIRTUAL_KEYBOARD_MANAGER, 1, EventHandler.NONE);
            Proxy pointers = registry.require(WlrProtocol.VIRTUAL_POINTER_MANAGER, 2, EventHandler.NONE);
            VirtualKeyboard keyboard = new VirtualKeyboard(keyboards, seat);
            VirtualPointer pointer = new VirtualPointer(pointers, seat, output.proxy());
            connection.roundTrip(SETUP_LIMIT);
            return new WlrInputSink(connection, keyboard, pointer);
        } catch (WaylandException | PosixException e) {
            if (connection != null) {
                connection.close();
            }
            throw new BackendException("virtual input: " + e.getMessage(), e);
        }
    }
}
