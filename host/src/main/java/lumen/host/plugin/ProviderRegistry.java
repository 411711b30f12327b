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
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import lumen.spi.HostContext;
import lumen.spi.Probe;
import lumen.spi.Provider;

/**
 * Finds all backends and asks each, on a thread of its own, whether it works here. A backend that throws,
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

    /** A provider object not yet asked. */
    private record Found(Kind kind, Provider provider, String id, String origin) {
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
        Map<Found, FutureTask<Probe>> tasks = new java.util.LinkedHashMap<>();
        for (Found f : found) {
            FutureTask<Probe> task = new FutureTask<>(() -> f.provider().probe(context));
            tasks.put(f, task);
            Thread.ofPlatform().daemon().name("lumen-probe-" + f.kind().label() + "-" + f.id()).start(task);
        }
        long deadline = System.nanoTime() + probeTimeout.toNanos();
        List<Candidate> candidates = new ArrayList<>();
        tasks.forEach((f, task) -> candidates.add(new Candidate(f.kind(), f.id(), f.origin(), Optional.of(f.provider()),
                answer(task, deadline))));
        return candidates;
    }

    private Probe answer(FutureTask<Probe> task, long deadline) {
        try {
            Probe probe = task.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
            return probe == null ? Probe.unavailable("its probe gave no answer") : probe;
        } catch (TimeoutException e) {
            return Probe.unavailable("its probe did not answer within " + probeTimeout.toMillis() + " ms");
        } catch (ExecutionException e) {
            return Probe.unavailable("its probe failed: " + e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Probe.unavailable("the start was interrupted");
        }
    }
}
