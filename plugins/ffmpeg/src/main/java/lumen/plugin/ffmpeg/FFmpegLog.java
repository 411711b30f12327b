package lumen.plugin.ffmpeg;

import java.lang.System.Logger.Level;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Pattern;
import org.bytedeco.ffmpeg.avutil.LogCallback;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.BytePointer;

/**
 * Carries FFmpeg's log into {@link System.Logger}. FFmpeg has one log for the whole process, so this is
 * installed once and stays.
 */
final class FFmpegLog extends LogCallback {
    private static final System.Logger LOG = System.getLogger("lumen.plugin.ffmpeg");
    /** In front of each line: who speaks, and where in memory. */
    private static final Pattern SPEAKER = Pattern.compile("^(\\[[^\\]]* @ 0x[0-9a-f]+\\] *)+");
    private static final ThreadLocal<Heard> LISTENING = new ThreadLocal<>();
    private static FFmpegLog installed;

    private FFmpegLog() {
    }

    /** The errors FFmpeg tells of on one thread while that thread tries something that may fail. */
    static final class Heard implements AutoCloseable {
        private static final int MOST = 2;
        private final Set<String> errors = new LinkedHashSet<>();
        private final Heard outer = LISTENING.get();

        /** The first of them, or the fallback. */
        String orElse(String fallback) {
            return errors.isEmpty() ? fallback : String.join("; ", errors);
        }

        private void add(String line) {
            if (errors.size() < MOST && !line.isEmpty()) {
                errors.add(line);
            }
        }

        @Override
        public void close() {
            LISTENING.set(outer);
        }
    }

    /** Collects the calling thread's errors until it is closed; they reach the log as mere debug messages. */
    static Heard listen() {
        Heard heard = new Heard();
        LISTENING.set(heard);
        return heard;
    }

    /** Routes the log here. @param debug true for everything FFmpeg says, false for warnings and errors */
    static synchronized void install(boolean debug) {
        if (installed == null) {
            installed = new FFmpegLog();
            avutil.setLogCallback(installed);
        }
        avutil.av_log_set_level(debug ? avutil.AV_LOG_DEBUG : avutil.AV_LOG_WARNING);
    }

    /** Called by FFmpeg, on any thread. */
    @Override
    public void call(int level, BytePointer message) {
        try {
            if (level <= avutil.av_log_get_level()) {
                String text = message.getString().strip();
                Heard heard = LISTENING.get();
                if (heard != null && level <= avutil.AV_LOG_WARNING) {
                    if (level <= avutil.AV_LOG_ERROR) {
                        heard.add(SPEAKER.matcher(text).replaceFirst(""));
                    }
                    LOG.log(Level.DEBUG, text);
                } else {
                    LOG.log(severity(level), text);
                }
            }
        } catch (RuntimeException | Error e) {
            // An exception must not reach the native frame below.
            Thread.currentThread().getUncaughtExceptionHandler().uncaughtException(Thread.currentThread(), e);
        }
    }

    private static Level severity(int level) {
        if (level <= avutil.AV_LOG_ERROR) {
            return Level.ERROR;
        }
        if (level <= avutil.AV_LOG_WARNING) {
            return Level.WARNING;
        }
        return level <= avutil.AV_LOG_INFO ? Level.INFO : Level.DEBUG;
    }
}
