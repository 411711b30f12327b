package lumen.plugin.kwin;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import lumen.wayland.EventArguments;
import lumen.wayland.KdeProtocol;
import lumen.wayland.Proxy;
import lumen.wayland.Registry;
import lumen.wayland.WaylandConnection;
import lumen.wayland.WaylandException;

/**
 * The outputs KWin has, kept current while the connection is dispatched: those that are switched off too. On the connection's
 * thread.
 */
final class KwinOutputs {
    /** More than any desk has; also for those of a compositor that misbehaves. */
    private static final int MOST = 256;

    private final WaylandConnection connection;
    private final Registry registry;
    private final List<KwinOutput> all = new ArrayList<>();
    /** Before Plasma 6.7 each was a global. */
    private final Map<Integer, KwinOutput> byGlobal = new HashMap<>();
    private List<String> order = List.of();
    private final List<String> nextOrder = new ArrayList<>();

    KwinOutputs(WaylandConnection connection, Registry registry) {
        this.connection = connection;
        this.registry = registry;
        registry.find(KdeProtocol.OUTPUT_REGISTRY).ifPresent(g -> registry.bind(g, KdeProtocol.OUTPUT_REGISTRY, this::listed));
        registry.find(KdeProtocol.OUTPUT_ORDER).ifPresent(g -> registry.bind(g, KdeProtocol.OUTPUT_ORDER, this::ordered));
        registry.globals().forEach(this::added);
        registry.onAdded(this::added);
        registry.onRemoved(number -> Optional.ofNullable(byGlobal.remove(number)).ifPresent(this::gone));
    }

    private void added(Registry.Global global) {
        if (global.type().equals(KdeProtocol.OUTPUT_DEVICE.name())) {
            KwinOutput output = add();
            output.device(registry.bind(global, KdeProtocol.OUTPUT_DEVICE, output::event));
            byGlobal.put(global.name(), output);
        }
    }

    private void listed(Proxy self, int opcode, EventArguments event) {
        if (opcode == KdeProtocol.OUTPUT_REGISTRY_OUTPUT) {
            KwinOutput output = add();
            output.device(connection.adopt(event.newId(), KdeProtocol.OUTPUT_DEVICE, self.version(), (proxy, code, arguments) -> {
                output.event(proxy, code, arguments);
                if (output.removed()) {
                    proxy.destroy(KdeProtocol.DEVICE_RELEASE);
                    gone(output);
                }
            }));
        }
    }

    private KwinOutput add() {
        if (all.size() >= MOST) {
            throw new WaylandException("KWin has more than " + MOST + " outputs");
        }
        KwinOutput output = new KwinOutput(connection);
        all.add(output);
        return output;
    }

    private void gone(KwinOutput output) {
        output.gone();
        all.remove(output);
    }

    private void ordered(Proxy self, int opcode, EventArguments event) {
        if (opcode == KdeProtocol.OUTPUT_ORDER_OUTPUT) {
            if (nextOrder.size() >= MOST) {
                throw new WaylandException("KWin has more than " + MOST + " outputs");
            }
            nextOrder.add(event.string());
        } else {
            order = List.copyOf(nextOrder);
            nextOrder.clear();
        }
    }

    /** A copy. */
    List<KwinOutput> all() {
        return List.copyOf(all);
    }

    Optional<KwinOutput> named(String name) {
        return all.stream().filter(o -> o.name().equals(name)).findFirst();
    }

    /** Names of those that are on, the primary one first. */
    List<String> order() {
        return order;
    }
}
