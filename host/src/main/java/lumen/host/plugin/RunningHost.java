package lumen.host.plugin;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import lumen.host.config.Setting;
import lumen.host.config.Settings;
import lumen.host.config.SettingsTable;
import lumen.spi.HostContext;
import lumen.spi.Journal;
import lumen.spi.Notes;

/**
 * What backends get to know of this host. Variables that are settings are answered with the value in
 * force, wherever it came from; all others come from the environment.
 *
 * @param environment      environment variables
 * @param settings         settings in force
 * @param runtimeDirectory folder for sockets
 * @param journal          what to undo after a kill
 * @param notes            what to know again after a restart
 */
public record RunningHost(Map<String, String> environment, Settings settings, Path runtimeDirectory, Journal journal, Notes notes)
        implements HostContext {

    @Override
    public Optional<String> variable(String name) {
        Optional<Setting> setting = SettingsTable.byVariable(name);
        return setting.isPresent()
                ? Optional.of(settings.text(setting.get().key()))
                : Optional.ofNullable(environment.get(name));
    }
}
