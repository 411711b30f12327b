package lumen.host.config;

import java.util.List;
import java.util.Optional;
import lumen.host.config.Setting.Decimal;
import lumen.host.config.Setting.Faults;
import lumen.host.config.Setting.Flag;
import lumen.host.config.Setting.Text;
import lumen.host.config.Setting.Whole;
import lumen.host.config.Setting.Word;

/**
 * All settings there are. {@code reference.conf} holds their defaults and says what they mean; a test
 * holds the two, and every {@code LUMEN_} variable in the sources, together.
 */
public final class SettingsTable {
    private static final Whole PORT = new Whole(0, 65_535);

    /** In the order in which {@code doctor} prints them. */
    public static final List<Setting> ALL = List.of(
            Setting.of("name", "LUMEN_NAME", new Text(63)),
            Setting.of("state-directory", "LUMEN_STATE_DIRECTORY", new Text(4096)),
            Setting.of("runtime-directory", "LUMEN_RUNTIME_DIRECTORY", new Text(80)),
            Setting.of("log-level", "LUMEN_LOG_LEVEL", Word.of("error", "warning", "info", "debug")),
            Setting.of("network.bind", "LUMEN_BIND", new Text(255)),
            Setting.of("network.base-port", "LUMEN_BASE_PORT", new Whole(1029, 65_514)),
            Setting.of("network.https-port", PORT),
            Setting.of("network.http-port", PORT),
            Setting.of("network.rtsp-port", PORT),
            Setting.of("network.video-port", PORT),
            Setting.of("network.control-port", PORT),
            Setting.of("network.audio-port", PORT),
            Setting.of("network.mdns", "LUMEN_MDNS", new Flag()),
            Setting.of("network.encryption-lan", Word.of("never", "opportunistic", "mandatory")),
            Setting.of("network.encryption-wan", Word.of("never", "opportunistic", "mandatory")),
            Setting.of("network.dscp", new Flag()),
            Setting.of("display.source", "LUMEN_VIDEO_SOURCE", Word.of("auto", "virtual", "portal", "testcard")),
            Setting.of("display.compositor", "LUMEN_COMPOSITOR", new Text(63)),
            Setting.of("display.placement", "LUMEN_DISPLAY_PLACEMENT", Word.of("extend", "primary", "only")),
            Setting.of("display.output", "LUMEN_DISPLAY_OUTPUT", new Text(127)),
            Setting.of("display.join", "LUMEN_DISPLAY_JOIN", new Flag()),
            Setting.of("display.linger-seconds", new Whole(0, 86_400)),
            Setting.of("video.zerocopy", "LUMEN_ZEROCOPY",
                    Word.of("auto", "off", "require").or("1", "auto").or("0", "off")),
            Setting.of("video.encoder", "LUMEN_ENCODER", new Text(63)),
            Setting.of("video.importers", "LUMEN_IMPORTERS", new Text(255)),
            Setting.of("video.import-faults", "LUMEN_IMPORT_FAULTS", new Faults()),
            Setting.of("video.max-bitrate-kbps", new Whole(0, 1_000_000)),
            Setting.of("video.fec-percentage", new Whole(1, 100)),
            Setting.of("video.pacing-window", new Decimal(0, 1)),
            Setting.of("audio.source", "LUMEN_AUDIO_SOURCE", Word.of("auto", "session", "monitor", "none")),
            Setting.of("audio.default-sink", "LUMEN_AUDIO_DEFAULT_SINK", Word.of("keep", "session")),
            Setting.of("audio.gain", "LUMEN_AUDIO_GAIN", new Decimal(0, 16)),
            Setting.of("plugins.directory", "LUMEN_PLUGINS_DIRECTORY", new Text(4096)),
            Setting.of("plugins.probe-timeout-ms", new Whole(50, 60_000)),
            Setting.of("testcard.mode", "LUMEN_TESTCARD", Word.of("moving", "still")),
            Setting.of("pipewire.fixed-format", "LUMEN_PW_FIXED_POD", new Text(63)),
            Setting.of("gamescope.node", "LUMEN_GAMESCOPE_NODE", new Text(10)),
            Setting.of("gamescope.arguments", "LUMEN_GAMESCOPE_ARGUMENTS", new Text(4096)),
            Setting.of("ffmpeg.debug", "LUMEN_FFMPEG_DEBUG", new Flag()),
            Setting.of("ffmpeg.preset", "LUMEN_X264_PRESET",
                    Word.of("auto", "ultrafast", "superfast", "veryfast", "faster", "fast", "medium")));

    private SettingsTable() {
    }

    /** The setting with that key. */
    public static Optional<Setting> byKey(String key) {
        return ALL.stream().filter(s -> s.key().equals(key)).findFirst();
    }

    /** The setting that environment variable stands for. */
    public static Optional<Setting> byVariable(String variable) {
        return ALL.stream().filter(s -> s.variable().equals(Optional.of(variable))).findFirst();
    }
}
