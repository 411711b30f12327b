package lumen.host.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SettingsTableTest {
    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();

    @Test
    void shouldHoldExactlyTheKeysOfReferenceConf() {
        TreeSet<String> keys = new TreeSet<>();
        for (Map.Entry<String, ConfigValue> entry : ConfigFactory.parseResources("reference.conf").entrySet()) {
            keys.add(entry.getKey());
        }
        keys.remove("apps");
        assertEquals(new TreeSet<>(SettingsTable.ALL.stream().map(Setting::key).toList()), keys);
    }

    @Test
    void shouldDocumentEveryKeyAndNameItsVariable() throws IOException {
        Config reference = ConfigFactory.parseResources("reference.conf");
        for (Setting setting : SettingsTable.ALL) {
            List<String> comments = reference.getValue(setting.key()).origin().comments();
            // The ports of single services share one comment, and so do the two encryption settings.
            assertTrue(!comments.isEmpty() || setting.key().matches("network\\.(.*-port|encryption-wan)"), setting.key() + " has no comment");
            setting.variable().ifPresent(v -> assertTrue(String.join(" ", comments).contains("[" + v + "]"),
                    setting.key() + " does not name " + v));
        }
    }

    @Test
    void shouldHoldEveryVariableThatTheSourcesRead() throws IOException {
        Pattern name = Pattern.compile("\"(LUMEN_[A-Z0-9_]+)\"");
        TreeSet<String> unknown = new TreeSet<>();
        try (Stream<Path> files = Files.walk(ROOT)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".java") && f.toString().contains("/src/main/")).toList()) {
                Matcher matcher = name.matcher(Files.readString(file));
                while (matcher.find()) {
                    // What /serverinfo says of the host's state looks like a variable, but is none.
                    if (!matcher.group(1).startsWith("LUMEN_SERVER_") && SettingsTable.byVariable(matcher.group(1)).isEmpty()) {
                        unknown.add(matcher.group(1) + " in " + ROOT.relativize(file));
                    }
                }
            }
        }
        assertEquals(new TreeSet<>(), unknown);
    }
}
