package lumen.host.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The settings in force: each with its value and where that came from. Immutable. */
public final class Settings {
    private static final String APPS = "apps";

    private final Map<String, Value> values;
    private final List<AppEntry> apps;
    private final List<String> warnings;

    private Settings(Map<String, Value> values, List<AppEntry> apps, List<String> warnings) {
        this.values = values;
        this.apps = List.copyOf(apps);
        this.warnings = List.copyOf(warnings);
    }

    /**
     * A setting's value.
     *
     * @param text   normal form
     * @param source for messages: {@code "default"}, {@code "lumen.conf:12"}, {@code "LUMEN_NAME"} …
     */
    public record Value(String text, String source) {
    }

    /** What an entry of {@code apps} says. */
    public record AppEntry(String title, List<String> command, Optional<Path> boxArt) {
    }

    /**
     * Reads all sources, the later one winning: defaults, file, environment, command line.
     *
     * @param file        {@code lumen.conf}, which need not exist unless {@code required}
     * @param environment environment variables
     * @param commandLine key to value, from {@code --set} and friends
     * @throws ConfigException on the first unknown key or value that isn't allowed
     */
    public static Settings load(Path file, boolean required, Map<String, String> environment,
                                Map<String, String> commandLine) {
        Map<String, Value> values = new LinkedHashMap<>();
        Config reference = ConfigFactory.parseResources(Settings.class.getModule().isNamed()
                ? Settings.class.getClassLoader() : Thread.currentThread().getContextClassLoader(), "reference.conf");
        for (Setting setting : SettingsTable.ALL) {
            values.put(setting.key(), new Value(setting.kind().normalize(reference.getString(setting.key())), "default"));
        }
        List<AppEntry> apps = apps(reference);
        List<String> warnings = new ArrayList<>();
        if (Files.exists(file)) {
            Config config = parse(file);
            for (Map.Entry<String, ConfigValue> entry : config.root().entrySet()) {
                if (!entry.getKey().equals(APPS)) {
                    readFile("", entry.getKey(), entry.getValue(), file, values);
                }
            }
            if (config.hasPath(APPS)) {
                apps = apps(config);
            }
        } else if (required) {
            throw new ConfigException("config file " + file + " does not exist");
        }
        for (Map.Entry<String, String> entry : new TreeMap<>(environment).entrySet()) {
            if (entry.getKey().startsWith("LUMEN_")) {
                Optional<Setting> setting = SettingsTable.byVariable(entry.getKey());
                if (setting.isPresent()) {
                    values.put(setting.get().key(), new Value(normalize(setting.get(), entry.getValue(), entry.getKey()), entry.getKey()));
                } else {
                    warnings.add("environment variable " + entry.getKey() + " is not a setting of lumen; ignored");
                }
            }
        }
        commandLine.forEach((key, text) -> {
            Setting setting = SettingsTable.byKey(key)
                    .orElseThrow(() -> new ConfigException("unknown setting " + key + " on the command line" + suggestion(key)));
            values.put(key, new Value(normalize(setting, text, "command line"), "command line"));
        });
        return new Settings(values, apps, warnings);
    }

    private static Config parse(Path file) {
        try {
            return ConfigFactory.parseFile(file.toFile(), ConfigParseOptions.defaults().setAllowMissing(false)).resolve();
        } catch (com.typesafe.config.ConfigException e) {
            throw new ConfigException("config file can't be read: " + e.getMessage().replace('\n', ' '));
        }
    }

    private static void readFile(String prefix, String name, ConfigValue value, Path file, Map<String, Value> values) {
        String key = prefix + name;
        if (value.valueType() == ConfigValueType.OBJECT) {
            ((com.typesafe.config.ConfigObject) value).forEach((n, v) -> readFile(key + ".", n, v, file, values));
            return;
        }
        String where = place(value.origin(), file);
        Setting setting = SettingsTable.byKey(key)
                .orElseThrow(() -> new ConfigException("unknown setting " + key + " (" + where + ")" + suggestion(key)));
        if (value.valueType() == ConfigValueType.LIST || value.valueType() == ConfigValueType.NULL) {
            throw notAllowed(setting, value.render(), where);
        }
        values.put(key, new Value(normalize(setting, value.unwrapped().toString(), where), where));
    }

    private static String place(ConfigOrigin origin, Path file) {
        return file.getFileName() + (origin.lineNumber() > 0 ? ":" + origin.lineNumber() : "");
    }

    private static String normalize(Setting setting, String text, String where) {
        try {
            return setting.kind().normalize(text);
        } catch (IllegalArgumentException e) {
            throw notAllowed(setting, text, where);
        }
    }

    private static ConfigException notAllowed(Setting setting, String text, String where) {
        return new ConfigException("setting " + setting.key() + " = \"" + text + "\" (" + where + "): allowed is "
                + setting.kind().allowed());
    }

    /** A similar key, for typing errors. */
    private static String suggestion(String key) {
        String last = key.substring(key.lastIndexOf('.') + 1);
        return SettingsTable.ALL.stream().map(Setting::key)
                .filter(k -> k.endsWith("." + last) || k.equals(last) || k.replace("-", "").equals(key.replace("-", "").replace("_", "")))
                .findFirst().map(k -> "; did you mean " + k + "?").orElse("");
    }

    private static List<AppEntry> apps(Config config) {
        List<AppEntry> apps = new ArrayList<>();
        for (ConfigValue value : config.getList(APPS)) {
            String where = "apps, " + value.origin().description();
            if (!(value instanceof com.typesafe.config.ConfigObject object)) {
                throw new ConfigException("apps: " + value.render() + " (" + where + "): allowed is { title = …, command = […] }");
            }
            for (String key : object.keySet()) {
                if (!List.of("title", "command", "box-art").contains(key)) {
                    throw new ConfigException("unknown key " + key + " (" + where + "): allowed are title, command, box-art");
                }
            }
            try {
                Config entry = object.toConfig();
                String title = entry.getString("title");
                if (title.isBlank()) {
                    throw new ConfigException("an app without a title (" + where + ")");
                }
                apps.add(new AppEntry(title,
                        entry.hasPath("command") ? List.copyOf(entry.getStringList("command")) : List.of(),
                        entry.hasPath("box-art") ? Optional.of(Path.of(entry.getString("box-art"))) : Optional.empty()));
            } catch (com.typesafe.config.ConfigException e) {
                throw new ConfigException("apps: " + e.getMessage().replace('\n', ' '));
            }
        }
        if (apps.isEmpty()) {
            throw new ConfigException("apps is empty: clients take an empty list for a failure; leave the entry out for the desktop");
        }
        return apps;
    }

    /** The value of a setting of the table. */
    public Value value(String key) {
        Value value = values.get(key);
        if (value == null) {
            throw new IllegalArgumentException("not in the settings table: " + key);
        }
        return value;
    }

    public String text(String key) {
        return value(key).text();
    }

    /** The text, or nothing if it is empty. */
    public Optional<String> nonEmpty(String key) {
        return Optional.of(text(key)).filter(t -> !t.isEmpty());
    }

    public int whole(String key) {
        return Math.toIntExact(longWhole(key));
    }

    public long longWhole(String key) {
        return Long.parseLong(text(key));
    }

    public double decimal(String key) {
        return Double.parseDouble(text(key));
    }

    public boolean flag(String key) {
        return Boolean.parseBoolean(text(key));
    }

    /** What clients can start, at least one. */
    public List<AppEntry> apps() {
        return apps;
    }

    /** Things worth saying that don't stop the start. */
    public List<String> warnings() {
        return warnings;
    }

    /** All values in table order. */
    public Map<String, Value> all() {
        return java.util.Collections.unmodifiableMap(values);
    }
}
