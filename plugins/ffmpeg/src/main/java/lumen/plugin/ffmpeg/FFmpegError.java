package lumen.plugin.ffmpeg;

import java.nio.charset.StandardCharsets;
import lumen.spi.BackendException;
import org.bytedeco.ffmpeg.global.avutil;

/** Turns FFmpeg's negative return values into exceptions that say which step failed. */
final class FFmpegError {
    private FFmpegError() {
    }

    /** Passes on a result that is not an error. */
    static int check(int result, String step) {
        if (result < 0) {
            throw new BackendException("FFmpeg could not " + step + ": " + message(result));
        }
        return result;
    }

    /** FFmpeg's words for an error. */
    static String message(int error) {
        var text = new byte[128];
        avutil.av_strerror(error, text, text.length);
        int end = 0;
        while (end < text.length && text[end] != 0) {
            end++;
        }
        return new String(text, 0, end, StandardCharsets.US_ASCII) + " (" + error + ")";
    }
}
