package lumen.plugin.ffmpeg;

import java.lang.System.Logger.Level;
import org.bytedeco.ffmpeg.avutil.LogCallback;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.BytePointer;

/**
 * Carries FFmpeg's log into {@link System.Logger}. FFmpeg has one log for the whole process, so this is
 * installed once and stays.
 */
final class FFmpegLog extends LogCallback {
    private static final System.Logger LOG = System.getLogger("lumen.plugin.ffmpeg");
    private static FFmpegLog installed;

    private FFmpegLog() {
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
                LOG.log(severity(level), text);
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
