package lumen.spi;

import java.util.Map;

/**
 * Changes outside the host's own process (child processes, outputs, sinks), written durably before they
 * are made, so that the next start can undo what a killed host left behind. Thread-safe.
 */
public interface Journal {

    /**
     * Notes a process the host is responsible for. The start time guards against reused process ids.
     *
     * @param what         for messages, such as {@code "sway of session 3"}
     * @param pid          process id
     * @param startTicks   field 22 of {@code /proc/<pid>/stat}, clock ticks since boot
     * @return the note; closing it says that the process has ended
     */
    Entry process(String what, long pid, long startTicks);

    /**
     * Notes a change that its provider can undo, such as outputs switched off.
     *
     * @param provider {@link Provider#id()} of whoever undoes it
     * @param what     for messages, such as {@code "outputs switched off for session 3"}
     * @param details  what {@link Provider#undo} needs to know
     * @return the note; closing it says that the change has been undone
     */
    Entry change(String provider, String what, Map<String, String> details);

    /** A note in the journal. */
    interface Entry extends AutoCloseable {
        /** The change has been undone; the note is removed. Idempotent. */
        @Override
        void close();
    }
}
