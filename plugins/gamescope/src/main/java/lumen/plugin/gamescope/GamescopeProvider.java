package lumen.plugin.gamescope;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
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
    /** The user has named a gamescope to show. */
    private static final int RANK_ATTACHED = 90;
    private static final Duration VERSION_LIMIT = Duration.ofMillis(150);
    private static final String REMEDY_NEWER = "install gamescope " + GamescopeVersion.LOOP_ENTERED + " or newer";

    @Override
    public String id() {
        return ID;
    }

    @Override
    public Probe probe(HostContext host) {
        Optional<Program> program = find(host);
        if (program.isEmpty()) {
            return Probe.unavailable("gamescope is not installed", "install the package gamescope");
        }
        return probe(program.get(), version(program.get()));
    }

    private static Probe probe(Program program, Optional<GamescopeVersion> version) {
        List<Evidence> evidence = new ArrayList<>();
        evidence.add(new Evidence("gamescope", program + " " + version.map(GamescopeVersion::toString).orElse("(version not told)")));
        return Probe.available(RANK, evidence.toArray(Evidence[]::new));
    }

    @Override
    public VirtualDisplay create(DisplayRequest request, HostContext host) {
        DisplayRequest.App app = request.app().filter(a -> !a.command().isEmpty()).orElseThrow(() -> new BackendException(
                "gamescope shows one program and nothing else, and the bare desktop is none; start an app that has a command"));
        Program program = find(host).orElseThrow(() -> new BackendException("gamescope is not installed"));
        ModeLimits.check(request.mode(), version(program));
        return StartedGamescope.start(program, arguments(host), request, app, host);
    }

    private static Optional<Program> find(HostContext host) {
        return Program.find(ID, host.variable("PATH").orElse(Program.DEFAULT_SEARCH) + ":/usr/games");
    }

    private static Optional<GamescopeVersion> version(Program program) {
        return program.ask(VERSION_LIMIT, "--version").flatMap(GamescopeVersion::parse);
    }

    static List<String> arguments(HostContext host) {
        return host.variable(ARGUMENTS).stream().flatMap(words -> Arrays.stream(words.strip().split("\\s+")))
                .filter(word -> !word.isEmpty()).toList();
    }
}
