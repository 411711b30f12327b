package lumen.host.plugin;

import java.lang.module.ModuleDescriptor;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import lumen.host.plugin.ProbeRound.Found;
import lumen.spi.HostContext;
import lumen.spi.Provider;

/**
 * Finds all backends and asks each whether it works here. A backend that throws,
 * hangs or doesn't load ends up in the ledger with that reason and costs nothing else.
 */
public final class ProviderRegistry {
    private final ModuleLayer hostLayer;
    private final HostContext context;
    private final Duration probeTimeout;

    public ProviderRegistry(HostContext context, Duration probeTimeout) {
        this.hostLayer = Optional.ofNullable(ProviderRegistry.class.getModule().getLayer()).orElse(ModuleLayer.boot());
        this.context = context;
        this.probeTimeout = probeTimeout;
    }

    /** Discovers and probes everything in the host's own layer and in the plug-in folders. */
    public Ledger discover(List<Path> pluginFolders) {
        PluginLayers layers = new PluginLayers(hostLayer, spiVersion());
        pluginFolders.forEach(layers::loadAll);
        List<Found> found = new ArrayList<>();
        List<Candidate> candidates = new ArrayList<>();
        collect(hostLayer, "mods", found, candidates);
        for (PluginLayers.Loaded plugin : layers.loaded()) {
            collect(plugin.layer(), plugin.file().toString(), found, candidates);
        }
        dropDuplicates(found, candidates);
        candidates.addAll(probe(found));
        return new Ledger(candidates, layers.rejected());
    }

    private static ModuleDescriptor.Version spiVersion() {
        return Provider.class.getModule().getDescriptor().version()
                .orElseThrow(() -> new IllegalStateException("lumen.spi has no version"));
    }

    private void collect(ModuleLayer layer, String origin, List<Found> found, List<Candidate> candidates) {
        for (Kind kind : Kind.values()) {
            ServiceLoader<? extends Provider> loader = ServiceLoader.load(layer, kind.service());
            Iterator<? extends ServiceLoader.Provider<? extends Provider>> types = loader.stream().iterator();
            while (true) {
                Class<? extends Provider> type = null;
                try {
                    if (!types.hasNext()) {
                        break;
                    }
                    ServiceLoader.Provider<? extends Provider> next = types.next();
                    type = next.type();
                    if (PluginLayers.ownedBy(layer, type)) {
                        Provider provider = next.get();
                        found.add(new Found(kind, provider, provider.id(), origin));
                    }
                } catch (ServiceConfigurationError | RuntimeException | LinkageError e) {
                    Throwable cause = e instanceof ServiceConfigurationError && e.getCause() != null ? e.getCause() : e;
                    candidates.add(Candidate.refused(kind, type == null ? "?" : type.getName(), origin,
                            "can't be created: " + cause));
                }
            }
        }
    }

    /** Two backends of one kind with one id: the first wins, and those of {@code mods} come first. */
    private static void dropDuplicates(List<Found> found, List<Candidate> candidates) {
        Map<String, Found> first = new HashMap<>();
        found.removeIf(f -> {
            Found earlier = first.putIfAbsent(f.kind() + "/" + f.id(), f);
            if (earlier == null) {
                return false;
            }
            candidates.add(Candidate.refused(f.kind(), f.id(), f.origin(),
                    "another " + f.kind().label() + " with the id " + f.id() + " comes from " + earlier.origin()));
            return true;
        });
    }

    private List<Candidate> probe(List<Found> found) {
        List<Candidate> candidates = new ArrayList<>();
        ProbeRound.ask(found, context, probeTimeout).forEach((f, answer) -> candidates.add(
                new Candidate(f.kind(), f.id(), f.origin(), Optional.of(f.provider()), answer)));
        return candidates;
    }
}
