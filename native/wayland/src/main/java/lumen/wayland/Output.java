package lumen.wayland;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A {@code wl_output} and what it says about itself. */
public final class Output {
    private static final int MODE_CURRENT = 1;

    private final Registry.Global global;
    private Proxy proxy;
    private String name = "";
    private int width;
    private int height;
    private int refreshMilliHz;
    private int transform;

    private Output(Registry.Global global) {
        this.global = global;
    }

    /** Binds every output there is now and waits until each has described itself. */
    public static List<Output> all(WaylandConnection connection, Registry registry, Duration limit) {
        List<Output> all = new ArrayList<>();
        for (Registry.Global global : registry.globals()) {
            if (global.type().equals(WaylandProtocol.OUTPUT.name())) {
                Output output = new Output(global);
                output.proxy = registry.bind(global, WaylandProtocol.OUTPUT, output::event);
                all.add(output);
            }
        }
        connection.roundTrip(limit);
        return List.copyOf(all);
    }

    /**
     * Finds an output by its name, which takes {@code wl_output} version 4.
     *
     * @throws WaylandException naming the outputs there are, if it isn't among them
     */
    public static Output named(String name, WaylandConnection connection, Registry registry, Duration limit) {
        List<Output> all = all(connection, registry, limit);
        return all.stream().filter(o -> o.name.equals(name)).findFirst().orElseThrow(() -> new WaylandException(
                "the compositor has no output " + name + ", but " + all.stream().map(o -> o.name).toList()));
    }

    private void event(Proxy self, int opcode, EventArguments arguments) {
        switch (opcode) {
            case WaylandProtocol.OUTPUT_GEOMETRY -> {
                for (int i = 0; i < 5; i++) {
                    arguments.i32();
                }
                arguments.string();
                arguments.string();
                transform = arguments.i32();
            }
            case WaylandProtocol.OUTPUT_MODE -> {
                if ((arguments.u32() & MODE_CURRENT) != 0) {
                    width = arguments.i32();
                    height = arguments.i32();
                    refreshMilliHz = arguments.i32();
                }
            }
            case WaylandProtocol.OUTPUT_NAME -> name = arguments.string();
            default -> { }
        }
    }

    public Proxy proxy() {
        return proxy;
    }

    /** The number of its global, which {@link Registry#onRemoved} tells when it goes. */
    public int globalName() {
        return global.name();
    }

    public String name() {
        return name;
    }

    /** Pixels of the current mode. */
    public int width() {
        return width;
    }

    /** Pixels of the current mode. */
    public int height() {
        return height;
    }

    public int refreshMilliHz() {
        return refreshMilliHz;
    }

    /** {@code wl_output.transform}: how the picture is turned on its way to the screen; 0: not at all. */
    public int transform() {
        return transform;
    }
}
