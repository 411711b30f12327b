package lumen.host.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import lumen.host.config.ConfigException;
import lumen.host.config.Settings;
import lumen.host.plugin.Ledger;
import lumen.host.plugin.ProviderRegistry;
import lumen.host.plugin.RunningHost;
import lumen.host.plugin.Selection;
import lumen.host.plugin.Trials;
import lumen.host.state.Directories;
import lumen.host.state.FileJournal;
import lumen.host.state.FileNotes;
import lumen.host.state.StateDirectory;
import picocli.CommandLine.Option;

/** The options that all commands share, and what follows from them: settings, folders, backends. */
final class Bootstrap {
    @Option(names = "--config", paramLabel = "FILE", description = "Read this file instead of lumen.conf.")
    private Path config;

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "Set any key of lumen.conf for this run. Repeatable.")
    private Map<String, String> overrides = new LinkedHashMap<>();

    @Option(names = "--state", paramLabel = "DIR", description = "Folder for identity, paired clients and journal.")
    private Path state;

    @Option(names = "--plugin-path", paramLabel = "DIR", description = "Another folder with third-party backends. Repeatable.")
    private List<Path> pluginPath = new ArrayList<>();

    private Settings settings;

    /**
     * The settings in force; sets up logging the first time.
     *
     * @throws ConfigException in one line
     */
    Settings settings() {
        if (settings == null) {
            Map<String, String> commandLine = new LinkedHashMap<>(overrides);
            if (state != null) {
                commandLine.put("state-directory", state.toAbsolutePath().toString());
            }
            settings = Settings.load(configFile(), config != null, System.getenv(), commandLine);
            ConsoleLog.install(settings.text("log-level"));
        }
        return settings;
    }

    Path configFile() {
        return config != null ? config : directories().configFile();
    }

    Directories directories() {
        return new Directories(System.getenv());
    }

    Path runtimeDirectory() {
        return directories().runtime(settings());
    }

    /** Opens and locks the state folder. */
    StateDirectory openState() {
        return StateDirectory.open(directories().state(settings()));
    }

    /** What backends get to know, notes of a state folder among them; creates the runtime folder. */
    RunningHost context(FileJournal journal, Path stateFolder) {
        try {
            StateDirectory.createPrivate(runtimeDirectory());
            // Not below /tmp, where LWJGL's folder has a name that others can guess and take first.
            System.setProperty("org.lwjgl.system.SharedLibraryExtractPath", runtimeDirectory().resolve("lwjgl").toString());
        } catch (IOException e) {
            throw new UncheckedIOException("the runtime folder " + runtimeDirectory() + " can't be created", e);
        }
        return new RunningHost(System.getenv(), settings(), runtimeDirectory(), journal, FileNotes.open(stateFolder));
    }

    /** Finds and probes all backends, and begins to try out those that can be. */
    Selection selection(RunningHost context) {
        Selection found = untriedSelection(context);
        found.trials().start();
        return found;
    }

    /** Finds and probes all backends. */
    Selection untriedSelection(RunningHost context) {
        List<Path> folders = new ArrayList<>();
        folders.add(directories().plugins(settings(), configFile()));
        folders.addAll(pluginPath);
        Ledger ledger = new ProviderRegistry(context, Duration.ofMillis(settings().whole("plugins.probe-timeout-ms")))
                .discover(folders);
        return new Selection(ledger, new Trials(ledger.candidates(), context), settings(), Optional.ofNullable(System.getenv("XDG_CURRENT_DESKTOP")));
    }
}
