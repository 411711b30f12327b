package lumen.plugin.gamescope;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import lumen.posix.Program;
import lumen.spi.BackendException;
import lumen.spi.DisplayRequest;
import lumen.spi.Evidence;
import lumen.spi.HostContext;
import lumen.spi.Probe;
import lumen.spi.VirtualDisplay;
import lumen.spi.VirtualDisplayProvider;

/** Gives every session an own headless gamescope with its program inside, or attaches to the one a setting names. */
public final class GamescopeProvider implements VirtualDisplayProvider {
    static final String ID = "gamescope";
    static final String NODE = "LUMEN_GAMESCOPE_NODE";
    static final String ARGUMENTS = "LUMEN_GAMESCOPE_ARGUMENTS";
    /** Below the desktops: it shows one program only, and must have started that itself. */
    private static final int RANK = 40;
    /** It may not work, and nothing says that it does. */
    private static final int RANK_DOUBTFUL = 10;
    /** The user has named a gamescope to show. */
    private static final int RANK_ATTACHED = 90;
    /** Where Debian keeps it, which is not on every service's {@code PATH}. */
    private static final String GAMES = ":/usr/games";
    private static final Duration PROBE_LIMIT = Duration.ofMillis(150);
    private static final Duration START_LIMIT = Duration.ofSeconds(2);

    @Override
    public String id() {
        return ID;
    }

    @Override
    public Probe probe(HostContext host) {
        OptionalInt node;
        try {
            node = node(host);
        } catch (BackendException e) {
            return Probe.unavailable(e.getMessage(), "set gamescope.node to the number of a PipeWire node, or leave it empty");
        }
        if (node.isPresent()) {
            return Probe.available(RANK_ATTACHED, new Evidence("node", node.getAsInt() + " of a running gamescope (gamescope.node)"));
        }
        Optional<Program> program = find(host);
        if (program.isEmpty()) {
            return Probe.unavailable("gamescope is not installed", "install the package gamescope");
        }
        List<String> drivers = Machine.vulkanDrivers(host::variable);
        if (drivers.isEmpty()) {
            return Probe.unavailable("no Vulkan driver is installed", "install the package mesa-vulkan-drivers, or the GPU's own",
                    new Evidence("gamescope", program.get().toString()));
        }
        List<Evidence> evidence = new ArrayList<>(List.of(new Evidence("vulkan drivers", String.join(" ", drivers)),
                new Evidence("dmabufs", Machine.dmabufs())));
        Optional<GamescopeVersion> version = version(program.get(), PROBE_LIMIT);
        evidence.addFirst(new Evidence("gamescope",
                program.get() + " " + version.map(GamescopeVersion::toString).orElse("(version not told in time)")));
        return version.map(v -> judge(v, PipeWireVersion.installed(search(host)), evidence))
                .orElseGet(() -> new Probe.Available(RANK, evidence));
    }

    /** What is known of a version's faults. */
    static Probe judge(GamescopeVersion version, Optional<PipeWireVersion> pipeWire, List<Evidence> found) {
        List<Evidence> evidence = new ArrayList<>(found);
        evidence.add(new Evidence("pipewire", pipeWire.map(PipeWireVersion::toString).orElse("(version not told)")));
        if (version.before(GamescopeVersion.HEADLESS)) {
            return new Probe.Unavailable("gamescope " + version + " has no headless backend", evidence,
                    Optional.of("install gamescope " + GamescopeVersion.LOOP_ENTERED + " or newer"));
        }
        boolean neverEnters = version.before(GamescopeVersion.LOOP_ENTERED);
        if (neverEnters && pipeWire.map(PipeWireVersion::strictLoops).orElse(false)) {
            return new Probe.Unavailable("gamescope " + version + " hangs with PipeWire 1.6 and newer: it never answers a "
                    + "format, and the link stays negotiating", evidence,
                    Optional.of("install gamescope " + GamescopeVersion.LOOP_ENTERED + " or newer"));
        }
        if (neverEnters) {
            evidence.add(new Evidence("warning", "this gamescope hangs with PipeWire 1.6 and newer; "
                    + GamescopeVersion.LOOP_ENTERED + " does not"));
        }
        if (version.before(GamescopeVersion.ANY_VULKAN)) {
            evidence.add(new Evidence("note", "before " + GamescopeVersion.ANY_VULKAN
                    + " it starts only on a Vulkan driver with VK_EXT_physical_device_drm"));
        }
        return new Probe.Available(neverEnters && pipeWire.isEmpty() ? RANK_DOUBTFUL : RANK, evidence);
    }

    @Override
    public VirtualDisplay create(DisplayRequest request, HostContext host) {
        OptionalInt node = node(host);
        if (node.isPresent()) {
            return AttachedGamescope.attach(node.getAsInt(), host);
        }
        DisplayRequest.App app = request.app().filter(a -> !a.command().isEmpty()).orElseThrow(() -> new BackendException(
                "gamescope shows one program and the bare desktop is none; start an app that has a command"));
        if (request.output().isPresent()) {
            throw new BackendException("gamescope has one output of its own and no " + request.output().get());
        }
        Program program = find(host).orElseThrow(() -> new BackendException("gamescope is not installed"));
        ModeLimits.check(request.mode(), version(program, START_LIMIT));
        return StartedGamescope.start(program, arguments(host), request, app, host);
    }

    @Override
    public void undo(Map<String, String> details, HostContext host) {
        Traces.undo(details, host.runtimeDirectory());
    }

    private static Optional<Program> find(HostContext host) {
        return Program.find(ID, search(host));
    }

    private static String search(HostContext host) {
        return host.variable("PATH").orElse(Program.DEFAULT_SEARCH) + GAMES;
    }

    private static Optional<GamescopeVersion> version(Program program, Duration limit) {
        return program.ask(limit, "--version").flatMap(GamescopeVersion::parse);
    }

    /** The node of the gamescope to attach to, if the user names one. */
    static OptionalInt node(HostContext host) {
        Optional<String> text = host.variable(NODE).map(String::strip).filter(t -> !t.isEmpty());
        if (text.isEmpty()) {
            return OptionalInt.empty();
        }
        try {
            return OptionalInt.of(Integer.parseUnsignedInt(text.get()));
        } catch (NumberFormatException e) {
            throw new BackendException("gamescope.node (" + NODE + ") is not the id of a PipeWire node: " + text.get(), e);
        }
    }

    /** Further arguments for gamescope, as words. */
    static List<String> arguments(HostContext host) {
        return host.variable(ARGUMENTS).stream().flatMap(words -> Arrays.stream(words.strip().split("\\s+")))
                .filter(word -> !word.isEmpty()).toList();
    }
}
