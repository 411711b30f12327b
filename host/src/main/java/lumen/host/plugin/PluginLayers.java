package lumen.host.plugin;

import java.lang.module.Configuration;
import java.lang.module.FindException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.lang.module.ResolutionException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import lumen.host.plugin.Ledger.RejectedPlugin;
import lumen.spi.Provider;

/**
 * Loads strangers' JARs, each JAR or folder of JARs in a module layer of its own on top of the host's,
 * so that a faulty one costs nothing but itself.
 */
final class PluginLayers {
    private static final String SPI = "lumen.spi";

    private final ModuleLayer parent;
    private final ModuleDescriptor.Version spiVersion;
    private final List<Loaded> loaded = new ArrayList<>();
    private final List<RejectedPlugin> rejected = new ArrayList<>();

    /** A plug-in whose modules are in place. */
    record Loaded(Path file, ModuleLayer layer) {
    }

    /**
     * @param parent     the host's layer
     * @param spiVersion the version of {@code lumen.spi} that runs
     */
    PluginLayers(ModuleLayer parent, ModuleDescriptor.Version spiVersion) {
        this.parent = parent;
        this.spiVersion = spiVersion;
    }

    List<Loaded> loaded() {
        return loaded;
    }

    List<RejectedPlugin> rejected() {
        return rejected;
    }

    /** Loads every JAR and every sub-folder of a folder; a folder that doesn't exist holds none. */
    void loadAll(Path folder) {
        Set<Path> entries = new TreeSet<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder,
                p -> Files.isDirectory(p) || p.getFileName().toString().endsWith(".jar"))) {
            stream.forEach(entries::add);
        } catch (java.nio.file.NoSuchFileException | NotDirectoryException e) {
            return;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        entries.forEach(this::load);
    }

    private void load(Path file) {
        try {
            loaded.add(new Loaded(file, define(file)));
        } catch (FindException e) {
            reject(file, "not a readable module: " + rootMessage(e));
        } catch (ResolutionException e) {
            reject(file, "its modules can't be resolved: " + rootMessage(e));
        } catch (LayerInstantiationException | SecurityException e) {
            reject(file, "its modules can't be defined: " + rootMessage(e));
        } catch (Refused e) {
            reject(file, e.getMessage());
        }
    }

    private ModuleLayer define(Path file) {
        ModuleFinder finder = withoutLumen(ModuleFinder.of(file));
        Set<ModuleReference> modules = finder.findAll();
        if (modules.isEmpty()) {
            throw new Refused("holds no modules");
        }
        modules.forEach(m -> checkSpiVersion(m.descriptor()));
        Set<String> roots = modules.stream().map(m -> m.descriptor().name()).collect(Collectors.toCollection(HashSet::new));
        Configuration configuration = parent.configuration().resolve(finder, ModuleFinder.of(), roots);
        ModuleLayer.Controller controller = ModuleLayer.defineModulesWithOneLoader(configuration, List.of(parent),
                PluginLayers.class.getClassLoader());
        controller.layer().modules().forEach(controller::enableNativeAccess);
        return controller.layer();
    }

    /** While the SPI is at 0.x, a plug-in must be built for this very minor version. */
    private void checkSpiVersion(ModuleDescriptor descriptor) {
        for (ModuleDescriptor.Requires requires : descriptor.requires()) {
            if (requires.name().equals(SPI)) {
                Optional<String> built = requires.rawCompiledVersion();
                if (built.isEmpty()) {
                    throw new Refused("module " + descriptor.name() + " does not say which version of " + SPI + " it was built for");
                }
                if (!compatible(built.get(), spiVersion.toString())) {
                    throw new Refused("module " + descriptor.name() + " was built for " + SPI + " " + built.get()
                            + ", this host has " + spiVersion);
                }
            }
        }
    }

    /** 0.x: same minor; from 1.0 on: same major, and not newer than the host. */
    static boolean compatible(String built, String running) {
        int[] b = majorMinor(built);
        int[] r = majorMinor(running);
        return b[0] == r[0] && (r[0] == 0 ? b[1] == r[1] : b[1] <= r[1]);
    }

    private static int[] majorMinor(String version) {
        String[] parts = version.split("[.+-]", 3);
        try {
            return new int[] {Integer.parseInt(parts[0]), parts.length > 1 ? Integer.parseInt(parts[1]) : 0};
        } catch (NumberFormatException e) {
            return new int[] {-1, -1};
        }
    }

    /** A plug-in can't bring its own copy of a lumen module: it would not be the type the host knows. */
    private static ModuleFinder withoutLumen(ModuleFinder finder) {
        return new ModuleFinder() {
            @Override
            public Optional<ModuleReference> find(String name) {
                return isOurs(name) ? Optional.empty() : finder.find(name);
            }

            @Override
            public Set<ModuleReference> findAll() {
                return finder.findAll().stream().filter(m -> !isOurs(m.descriptor().name())).collect(Collectors.toSet());
            }
        };
    }

    private static boolean isOurs(String module) {
        return module.startsWith("lumen.");
    }

    private void reject(Path file, String reason) {
        rejected.add(new RejectedPlugin(file.toString(), reason));
    }

    private static String rootMessage(Throwable t) {
        Throwable root = t;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
    }

    /** Providers of a service that come from exactly this layer: its loader lists the parents' again. */
    static boolean ownedBy(ModuleLayer layer, Class<? extends Provider> type) {
        return type.getModule().getLayer() == layer;
    }

    private static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Refused(String message) {
            super(message);
        }
    }
}
