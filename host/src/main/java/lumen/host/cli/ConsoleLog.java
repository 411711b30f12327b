package lumen.host.cli;

import java.io.PrintStream;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Log lines on standard error: time, level, message; the class only at debug level. */
final class ConsoleLog {
    private ConsoleLog() {
    }

    /** Sets up logging for the whole process. */
    static void install(String level) {
        Logger root = Logger.getLogger("");
        for (Handler handler : root.getHandlers()) {
            root.removeHandler(handler);
        }
        Level julLevel = switch (level) {
            case "error" -> Level.SEVERE;
            case "warning" -> Level.WARNING;
            case "debug" -> Level.FINE;
            default -> Level.INFO;
        };
        root.addHandler(new StderrHandler(System.err, julLevel));
        root.setLevel(Level.WARNING);
        KEPT.setLevel(julLevel);
    }

    /** Held so that the level isn't lost when the logger is collected. */
    private static final Logger KEPT = Logger.getLogger("lumen");

    private static final class StderrHandler extends Handler {
        private final PrintStream out;

        StderrHandler(PrintStream out, Level level) {
            this.out = out;
            setLevel(level);
            setFormatter(new LineFormatter(level.intValue() <= Level.FINE.intValue()));
        }

        @Override
        public void publish(LogRecord entry) {
            if (isLoggable(entry)) {
                out.print(getFormatter().format(entry));
            }
        }

        @Override
        public void flush() {
            out.flush();
        }

        @Override
        public void close() {
            flush();
        }
    }

    private static final class LineFormatter extends Formatter {
        private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT);
        private final boolean withClass;

        LineFormatter(boolean withClass) {
            this.withClass = withClass;
        }

        @Override
        public String format(LogRecord entry) {
            StringBuilder line = new StringBuilder()
                    .append(LocalTime.ofInstant(Instant.ofEpochMilli(entry.getMillis()), ZoneId.systemDefault()).format(TIME))
                    .append(' ').append(word(entry.getLevel())).append(' ').append(formatMessage(entry));
            if (withClass) {
                line.append("  [").append(entry.getLoggerName()).append(']');
            }
            line.append('\n');
            if (entry.getThrown() != null) {
                java.io.StringWriter trace = new java.io.StringWriter();
                entry.getThrown().printStackTrace(new java.io.PrintWriter(trace, true));
                line.append(trace);
            }
            return line.toString();
        }

        private static String word(Level level) {
            if (level.intValue() >= Level.SEVERE.intValue()) {
                return "error  ";
            }
            if (level.intValue() >= Level.WARNING.intValue()) {
                return "warning";
            }
            return level.intValue() >= Level.INFO.intValue() ? "info   " : "debug  ";
        }
    }
}
